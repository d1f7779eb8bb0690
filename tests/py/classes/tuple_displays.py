# Comparisons of two tuples that are made for them alone: their items are compared where they are.
class Loud:
    def __init__(self, v, log):
        self.v, self.log = v, log
    def __eq__(self, other):
        self.log.append(('eq', self.v, getattr(other, 'v', other)))
        return self.v == getattr(other, 'v', other)
    def __lt__(self, other):
        self.log.append(('lt', self.v))
        return 'less' if self.v < other.v else ''
    def __gt__(self, other):
        self.log.append(('gt', self.v))
        return [] if self.v <= other.v else ['more']


def values(a, b, c, d):
    return ((a, b) == (c, d), (a, b) != (c, d), (a, b) < (c, d), (a, b) <= (c, d), (a, b) > (c, d), (a, b) >= (c, d))


def jumps(a, b, c, d):
    out = []
    if (a, b) == (c, d): out.append('eq')
    if not (a, b) != (c, d): out.append('not ne')
    if (a, b) < (c, d): out.append('lt')
    while (a, b) > (c, d):
        out.append('gt')
        break
    return out, 'x' if (a,) >= (c,) else 'y', [i for i in range(3) if (i, b) == (1, b)]


nan = float('nan')
for k in range(300):
    results = [values(1, 2, 1, 2), values(1, 2, 1, 3), values(2, 0, 1, 9), values(1.5, 'a', 1.5, 'b'),
               values(nan, 1, nan, 1), values(1, True, 1.0, 1), values(10**30, 2, 10**30, 2), values((1, 2), [3], (1, 2), [3])]
    jumped = [jumps(1, 2, 1, 2), jumps(1, 2, 1, 3), jumps(2, 0, 1, 9)]
print(results)
print(jumped)


def logged(k):
    log = []
    a, b, c = Loud(1, log), Loud(2, log), Loud(3, log)
    r = (a, b) < (a, c), (a, b) > (a, c), (a, c) > (a, b), (c, b) == (b, c), (a, a, a) != (a, a, Loud(1, log))
    return r, log
for k in range(300):
    r = logged(k)
print(r)


def failing(a, b, c, d):
    try:
        return (a, b) < (c, d)
    except TypeError as e:
        return str(e)
for k in range(300):
    r = failing(1, 'a', 1, 2), failing(1, 2, 1, 3), failing(None, 1, None, 2), failing(None, 1, 3, 2)
print(r)


class Broken:
    def __eq__(self, other): raise ZeroDivisionError('eq')
def raising():
    try:
        (1, Broken()) == (1, Broken())
    except ZeroDivisionError as e:
        return str(e)
for k in range(300):
    r = raising()
print(r)

# As many items or not, stars, chains.
def others(a, b):
    return (a, b) == (a,), (a,) < (a, b), () == (), (*(a,), b) == (a, b), (a, b) == (a, b) == (a, b), (a, b) is (a, b), \
        (a, b) in ((a, b),), (a, b) == [a, b]
for k in range(300):
    r = others(1, 2)
print(r)

def walrus(x):
    return (x, (y := x + 1), y) == (y - 1, y, y), y
for k in range(300):
    r = walrus(k)
print(r)

import dataclasses
@dataclasses.dataclass(order=True, frozen=True)
class Point:
    x: int
    y: int
for k in range(300):
    d = {Point(k & 3, 1): k}
    r = Point(1, 2) < Point(1, 3), Point(1, 2) == Point(1, 2), Point(1, 2) >= Point(2, 0), Point(k & 3, 1) in d, Point(9, 9) in d
print(r)

def many(a, n):
    return (a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a) == (a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, n), \
        (a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a) == (a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, n)
for k in range(300):
    r = many(1, 1), many(1, 2)
print(r)
