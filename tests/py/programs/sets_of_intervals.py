"""Interval arithmetic: union, intersection, gaps, bisection, ordering; checked against plain sets."""
import bisect
from functools import total_ordering


@total_ordering
class Interval:
    __slots__ = ('lo', 'hi')

    def __init__(self, lo, hi):
        if lo >= hi:
            raise ValueError(f'empty interval [{lo}, {hi})')
        self.lo, self.hi = lo, hi

    def __repr__(self):
        return f'[{self.lo},{self.hi})'

    def __eq__(self, o):
        return (self.lo, self.hi) == (o.lo, o.hi)

    def __lt__(self, o):
        return (self.lo, self.hi) < (o.lo, o.hi)

    def __hash__(self):
        return hash((self.lo, self.hi))

    def __contains__(self, x):
        return self.lo <= x < self.hi

    def __len__(self):
        return self.hi - self.lo

    def __and__(self, o):
        lo, hi = max(self.lo, o.lo), min(self.hi, o.hi)
        return Interval(lo, hi) if lo < hi else None


class IntervalSet:
    def __init__(self, intervals=()):
        self.items = []
        for i in sorted(intervals):
            if self.items and i.lo <= self.items[-1].hi:
                last = self.items.pop()
                i = Interval(last.lo, max(last.hi, i.hi))
            self.items.append(i)

    def __or__(self, o):
        return IntervalSet(self.items + o.items)

    def __and__(self, o):
        return IntervalSet(c for a in self.items for b in o.items if (c := a & b))

    def __contains__(self, x):
        k = bisect.bisect_right([i.lo for i in self.items], x)
        return k > 0 and x in self.items[k - 1]

    def gaps(self):
        return [Interval(a.hi, b.lo) for a, b in zip(self.items, self.items[1:])]

    def __len__(self):
        return sum(map(len, self.items))

    def __iter__(self):
        for i in self.items:
            yield from range(i.lo, i.hi)

    def __repr__(self):
        return 'U'.join(map(repr, self.items)) or '{}'


seed = 5
for round_ in range(40):
    both = []
    for _ in range(2):
        ivs = []
        for _ in range(6):
            seed = (seed * 1103515245 + 12345) & 0x7fffffff
            lo = (seed >> 8) % 60
            ivs.append(Interval(lo, lo + 1 + (seed >> 16) % 9))
        both.append(ivs)
    a, b = map(IntervalSet, both)
    sa, sb = ({x for i in ivs for x in range(i.lo, i.hi)} for ivs in both)
    assert set(a) == sa and set(a | b) == sa | sb and set(a & b) == sa & sb and len(a) == len(sa)
    assert all((x in a) == (x in sa) for x in range(-2, 75))
    if round_ % 10 == 0:
        print(a, '|', b, '|', a & b, '|', a.gaps())
i, j = Interval(1, 5), Interval(3, 8)
print(i & j, i & Interval(5, 6), i < j, max(i, j), sorted([j, i]), {i: 'v'}[Interval(1, 5)], len(i), 4 in i, 5 in i, i != j, i <= i)
for bad in (3, 3), (5, 1), ('a', 5), (None, 1):
    try:
        Interval(*bad)
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
try:
    i.mid = 3
except AttributeError as e:
    print(e)
print(IntervalSet(), len(IntervalSet()), 3 in IntervalSet(), IntervalSet().gaps())
i & 5
