"""Wide, deep and shared structures die in linear time and without overflow."""
count = 0


class C:
    __slots__ = ('a', 'b')

    def __init__(self, a=None, b=None):
        self.a, self.b = a, b

    def __del__(self):
        global count
        count += 1


def balanced(n):
    return C(balanced(n - 1), balanced(n - 1)) if n else C()


t = balanced(12)
t = None
print(count)
count = 0
chain = None
for _ in range(50_000):
    chain = C(chain, C())
chain = None
print(count)
count = 0
shared = C()
many = [C(shared, shared) for _ in range(10_000)]
many = None
print(count)
shared = None
print(count)
count = 0
ring = first = C()
for _ in range(1000):
    ring = C(ring)
first.a = ring
del ring, first
import gc
gc.collect()
print(count)
count = 0
layers = [C()]
for _ in range(2000):
    layers = [layers, C()]
layers = None
print(count)
nested = ()
for i in range(300_000):
    nested = (i, nested, [i])
nested = None
d = {}
for i in range(100_000):
    d = {'next': d, i: [i]}
d = None
s = frozenset()
for _ in range(1000):
    s = frozenset([s, 1])
s = None
f = len
for _ in range(50_000):
    f = (lambda g: lambda: g)(f)
f = None
import functools
p = len
for _ in range(20_000):
    p = functools.partial(lambda q: q, p)
p = None
import collections
q = collections.deque()
for _ in range(50_000):
    q = collections.deque([q])
q = None
it = iter([])
for _ in range(20_000):
    it = zip(it)
it = None
print('all gone')
count = 0


class Rebuilds:
    def __del__(self):
        global count
        count += 1
        if count < 1000:
            Rebuilds()


Rebuilds()
print(count >= 1)


class Drops:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        global count
        count += 1
        if self.n:
            x = Drops(self.n - 1)


count = 0
Drops(50)
print(count)
