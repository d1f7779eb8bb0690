# Objects without comparisons of their own, lists and tuples the other way round, list() and tuple() of anything, imports in functions.
import itertools
import math


class A:
    pass
class B(A):
    pass
class E:
    def __eq__(self, other):
        return 'E'
    __hash__ = None


def compared(x, y):
    out = [x == y, x != y, x == x, x != x]
    if x == y: out.append('eq')
    if x != y: out.append('ne')
    while x == x:
        out.append('same')
        break
    return out


a, b, e = A(), B(), E()
for k in range(400):
    r = compared(a, b), compared(a, A()), compared(a, 3), compared(a, None), compared(a, e), compared(e, a), compared(b, 'x'), compared(object(), a)
print(r)
def later(x, y):
    return x == y, x != y
for k in range(400):
    r = later(a, b)
print(r)
A.__eq__ = lambda self, other: 'changed'
print(later(a, b), later(b, a))
del A.__eq__
print(later(a, b), later(b, a))


def turned(x):
    return x[::-1]
class L(list):
    pass
class T(tuple):
    pass
for k in range(400):
    r = [turned(x) for x in ([1, 2, 3], (1, 2, 3), 'abc', b'abc', [], (), [1], range(4), L([1, 2]), T((1, 2)), bytearray(b'xy'), memoryview(b'pq'))]
print([x if not isinstance(x, memoryview) else bytes(x) for x in r], type(r[8]).__name__, type(r[9]).__name__)
l = [1, [2], 3]
m = turned(l)
m[1].append(4)
m.append(5)
print(l, m)


class Hint:
    def __init__(self, hint):
        self.hint, self.n = hint, 3
    def __iter__(self):
        return self
    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration
        return self.n
    def __length_hint__(self):
        return self.hint


def made(of):
    try:
        return list(of()), tuple(of())
    except Exception as e:
        return type(e).__name__, str(e)
def broken():
    yield 1
    raise KeyError('broken')
for k in range(400):
    r = [made(f) for f in (lambda: (i for i in 'ab'), lambda: enumerate('ab'), lambda: zip('ab', 'cd'), lambda: reversed([1, 2]), lambda: map(str, [1]),
                           lambda: {1: 2}, lambda: {3}, lambda: range(3), lambda: T((1, 2)), lambda: L([1]), lambda: Hint(2), lambda: Hint(NotImplemented),
                           lambda: Hint(-1), lambda: Hint('x'), broken, lambda: 5, lambda: b'ab', lambda: itertools.chain('a', 'b'), lambda: {1: 2}.items())]
print(r)
print(type(tuple(T((1, 2)))).__name__)


def importing():
    import os.path
    import math as m
    from math import pi
    import collections.abc as c
    return os.path.sep, m is math, pi > 3, c.__name__
for k in range(400):
    r = importing()
print(r)
def missing():
    try:
        import no_such_module
    except ImportError as e:
        return str(e)
for k in range(50):
    r = missing()
print(r)
def functions(k):
    return math.gcd(k, 12), math.sqrt(16), math.prod((1, 2, k)), math.comb(5, 2), itertools.count(k).__next__()
for k in range(400):
    r = functions(k)
print(r)
import types
m = types.ModuleType('m')
def call(m, x):
    return m.f(x)
class Method:
    def f(self, x): return 'method', x
for k in range(400):
    m.f = [abs, len, lambda x: x, str, Method][k % 4 if k > 200 else 0]
    try:
        r = call(m, -5), call(Method(), 1)
    except TypeError as e:
        r = str(e)
print(r)
