"""Backtracking: n queens by sets and by bit masks, and permutations by generator."""
import sys


def by_masks(n, columns=0, left=0, right=0):
    if columns == (1 << n) - 1:
        return 1
    count = 0
    free = ~(columns | left | right) & ((1 << n) - 1)
    while free:
        bit = free & -free
        free ^= bit
        count += by_masks(n, columns | bit, (left | bit) << 1, (right | bit) >> 1)
    return count


def by_sets(n, row=0, columns=frozenset(), down=frozenset(), up=frozenset()):
    if row == n:
        return 1
    count = 0
    for c in range(n):
        if c not in columns and c - row not in down and c + row not in up:
            count += by_sets(n, row + 1, columns | {c}, down | {c - row}, up | {c + row})
    return count


def permutations(items):
    if len(items) <= 1:
        yield items
        return
    for i in range(len(items)):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield [items[i]] + rest


def by_permutation(n):
    found = 0
    for p in permutations(list(range(n))):
        if len({p[i] + i for i in range(n)}) == n and len({p[i] - i for i in range(n)}) == n:
            found += 1
    return found


size = int(sys.argv[1]) if len(sys.argv) > 1 else 11
known = [1, 1, 0, 0, 2, 10, 4, 40, 92, 352, 724, 2680, 14200, 73712]
masks, sets, perms = by_masks(size), by_sets(size - 1), by_permutation(size - 2)
assert masks == known[size] and sets == known[size - 1] and perms == known[size - 2]
print('queens', size, masks, sets, perms)
