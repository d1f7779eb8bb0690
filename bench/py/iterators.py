"""The library's iterators, counters and reductions over many small tuples."""
import functools
import itertools
import operator
import sys
from collections import Counter, defaultdict, deque, namedtuple

Point = namedtuple('Point', 'x y z')


def run(n):
    total = 0
    for a, b in itertools.islice(itertools.product(range(1000), repeat=2), n):
        total += a ^ b
    groups = {k: sum(1 for _ in g) for k, g in itertools.groupby(range(n), key=lambda x: x // 100)}
    assert all(v <= 100 for v in groups.values())
    acc = list(itertools.accumulate(range(n // 2), operator.add))
    assert acc[-1] == sum(range(n // 2))
    chained = sum(itertools.chain.from_iterable(itertools.repeat((1, 2, 3), n // 4)))
    combos = sum(a * b * c for a, b, c in itertools.combinations(range(60), 3))
    counted = Counter(x % 13 for x in range(n))
    index = defaultdict(list)
    for i in range(n // 2):
        index[i % 97].append(i)
    window = deque(maxlen=5)
    peaks = 0
    for i in range(n // 2):
        window.append(i * 7919 % 101)
        peaks += max(window) == window[-1]
    points = [Point(i, i + 1, i + 2) for i in range(n // 4)]
    length = sum(p.x * p.y - p.z for p in points)
    moved = [p._replace(x=0) for p in points[: n // 20]]
    best = functools.reduce(max, map(operator.attrgetter('y'), points))
    zipped = sum(a * b for a, b in zip(map(abs, range(-n, 0)), itertools.count()))
    starts = sum(itertools.starmap(pow, ((i % 10, 2) for i in range(n // 2))))
    return total, len(groups), chained, combos, counted.most_common(1)[0][1], len(index), peaks, length, len(moved), best, zipped, starts


size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_600_000
print('iterators', size, *run(size))
