"""Dictionaries: counting, grouping, inverting, joining, deleting."""
import sys


def run(n):
    counts = {}
    for i in range(n):
        key = i * 7919 % 10_007
        counts[key] = counts.get(key, 0) + 1
    groups = {}
    for key, count in counts.items():
        groups.setdefault(count % 17, []).append(key)
    inverse = {}
    for name, members in groups.items():
        for member in members:
            inverse[member] = name
    assert len(inverse) == len(counts)
    names = {f'key{key}': key for key in counts}
    joined = {name: (counts[key], inverse[key]) for name, key in names.items() if key in inverse}
    total = 0
    for name in names:
        count, group = joined[name]
        total += count * (group + 1)
    cache = {}
    for i in range(n):
        key = (i % 1000, i % 7)
        if key in cache:
            cache[key] += 1
            if cache[key] > 20:
                del cache[key]
        else:
            cache[key] = 0
    merged = {**counts, **{str(k): v for k, v in counts.items()}}
    return sum(counts.values()), total, len(cache), len(merged)


size = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000
result = run(size)
assert result[0] == size and result[3] == 2 * min(size, 10_007)
print('dict_heavy', size, *result)
