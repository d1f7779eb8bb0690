"""Copies and operators of sets: the same members in the same order, counted once each, whatever the tables look like and whatever the
comparisons of the keys do meanwhile."""
import gc
import random
import sys
import weakref

OPERATORS = {'|': lambda a, b: a | b, '&': lambda a, b: a & b, '-': lambda a, b: a - b, '^': lambda a, b: a ^ b,
             '|=': lambda a, b: a.__class__(a).__ior__(b) if isinstance(a, set) else a | b,
             '<=': lambda a, b: a <= b, '==': lambda a, b: a == b, 'isdisjoint': lambda a, b: a.isdisjoint(b)}


def shown(value):
    return list(value) if isinstance(value, (set, frozenset)) else value


def digest(values):
    n = 0
    for v in values:
        n = (n * 1000003 ^ hash(v)) & 0xFFFFFFFFFFFF
    return n


# Orders, for tables with and without deleted cells, of one size and of several.
rng = random.Random(5)
kinds = {'ints': lambda: rng.randrange(-50, 3000), 'spread': lambda: rng.randrange(100) << rng.randrange(40),
         'floats': lambda: rng.randrange(200) / 4, 'words': lambda: 'w%d' % rng.randrange(500),
         'tuples': lambda: (rng.randrange(20), 'x'), 'mixed': lambda: rng.choice([1, 1.0, True, 'a', (1,), 2 ** 70, -1, -2, b'a'])}
for kind, draw in kinds.items():
    for size in (0, 1, 3, 5, 19, 60, 77, 400):
        a, b = {draw() for _ in range(size)}, {draw() for _ in range(size // 2 + 1)}
        for x in list(a)[::3]:
            a.discard(x)
            if rng.random() < 0.5:
                a.add(draw())
        results = [digest(a), digest(b), digest(set(a)),
                   digest(a.copy()), digest(frozenset(a)), digest(set(list(a))), digest(set(tuple(b)))]
        for made in (set, frozenset):
            for name, f in OPERATORS.items():
                r = f(made(a), made(b))
                results.append((digest(r), len(r)) if isinstance(r, (set, frozenset)) else r)
        c = set(a)
        c.update(b), c.difference_update(a), c.symmetric_difference_update(a), c.intersection_update(list(a) + list(b))
        results.append(digest(c))
        print(kind, size, results)


# Every member is counted once for each set it is in.
class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 7

    def __eq__(self, other):
        return self.n == other.n


keys = [Key(n) for n in range(60)]
counts = [sys.getrefcount(keys[i]) for i in range(60)]
a, b = set(keys[:40]), frozenset(keys[20:])
made = [a | b, a & b, a - b, a ^ b, a.copy(), set(a), set(b), frozenset(a), set(keys), a.union(b, keys), set(a) - a]
held = [sys.getrefcount(keys[i]) - counts[i] for i in range(60)]
expected = [sum(any(k is m for m in s) for s in made + [a, b]) for k in keys]
print('held', held == expected)
made.clear()
del a, b
print('let go', [sys.getrefcount(keys[i]) for i in range(60)] == counts)
dead = []
for n in range(3):
    refs = [weakref.ref(k, dead.append) for k in keys]
    s = set(keys)
    t = s.copy()
    if n == 1:
        t.clear()
    if n == 2:
        t &= {keys[0]}
    keys = [Key(n) for n in range(60)]
    del s
    before = len(dead)
    t = None
    print('died', before, len(dead))
    dead.clear()

# An int set that an object came into, and one that it left again.
ints = set(range(30))
ints.add(Key(3))
copy = set(ints)
print(len(copy), sum(isinstance(k, Key) for k in copy))
copy = {k for k in copy if isinstance(k, int)}
print(sorted(copy) == list(range(30)))


# Comparisons that change the sets while an operator works on them.
class Meddler:
    victim = None
    calls = 0

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 1

    def __eq__(self, other):
        Meddler.calls += 1
        if Meddler.victim is not None and Meddler.calls % 5 == 0:
            Meddler.victim.clear()
            Meddler.victim.update(Meddler(n) for n in range(100, 110))
            gc.collect(0)
        return isinstance(other, Meddler) and self.n == other.n


for name, f in OPERATORS.items():
    for which in (0, 1):
        Meddler.victim = None
        pair = [{Meddler(n) for n in range(8)}, {Meddler(n) for n in range(4, 12)}]
        Meddler.calls, Meddler.victim = 0, pair[which]
        r = f(*pair)
        Meddler.victim = None
        print(name, which, sorted(k.n for k in pair[which]) == list(range(100, 110)), type(r).__name__)


# A comparison that raises.
class Bad:
    def __hash__(self):
        return 5

    def __eq__(self, other):
        raise ValueError('no')


for name, f in OPERATORS.items():
    try:
        print(name, shown(f({Bad(), 1}, {Bad(), 2})) is not None)
    except ValueError as e:
        print(name, e)
for f in (lambda: set([Bad(), Bad()]), lambda: {Bad()} | {5}, lambda: set([5, Bad()]), lambda: set(['a', 'b', []])):
    try:
        f()
        print('nothing')
    except (ValueError, TypeError) as e:
        print(e)

# pop goes on where it was, also in a copy.
s = set(range(20))
for _ in range(5):
    s.pop()
print(s.pop(), set(s).pop(), s.copy().pop())
