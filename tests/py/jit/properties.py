"""Properties with getters in Python, from machine code: plain ones, inherited, changed later, raising, deep, between doubles, as last use."""
import sys


class P:
    def __init__(self, x):
        self._x = x

    @property
    def x(self):
        return self._x

    @property
    def double(self):
        return self.x * 2

    @property
    def fails(self):
        raise ValueError(self._x)

    @property
    def missing(self):
        return self.nothing

    @property
    def gen(self):
        yield self._x


class Q(P):
    pass


def use(o):
    return o.x + o.double


def floats(o, n):
    total = 0.5
    step = 0.25
    for i in range(n):
        total = total + step * o.x
        step = step * 1.0001 + o.x
    return round(total, 6), round(step, 6)


def last():
    return P(7).x, Q(8).double


def fails(o):
    try:
        return o.fails
    except ValueError as e:
        return e.args


def depth(o):
    return o.deep


class Deep:
    @property
    def deep(self):
        return self.deep


for i in range(3000):
    r = use(P(i)), use(Q(1.5)), last(), fails(P(i)), list(P(2).gen)
print(r, floats(P(1.5), 3000), floats(P(2), 3000))
try:
    P(1).missing
except AttributeError as e:
    print(e)
sys.setrecursionlimit(300)
for i in range(20):
    try:
        depth(Deep())
    except RecursionError as e:
        m = str(e)
print(m)
p = P(5)
print(use(p))
P.x = property(lambda self: -self._x)
print(use(p), floats(p, 3))
P.x = 10
print(use(p))
del P.x
try:
    use(p)
except AttributeError as e:
    print(e)
P.x = property()
try:
    use(p)
except AttributeError as e:
    print(e)
f = property(lambda self: 1)
P.x = f
for i in range(3000):
    use(p)
f.__init__(lambda self: 2)
print(use(p))
seen = []


def trace(frame, event, arg):
    if event in ('call', 'return'):
        seen.append((event, frame.f_code.co_name))
    return trace


P.x = property(lambda self: 3)
for i in range(3000):
    use(p)
sys.settrace(trace)
use(p)
sys.settrace(None)
print(seen)
