# Methods of built-in types that were put into other classes, or bound to other objects: what they are called with is looked at.
import types


class A:
    append = list.append
    keys = dict.__dict__['fromkeys']
    up = str.upper


class L(list):
    add = list.append
    of = dict.__dict__['fromkeys']


class B(A):
    def go(self):
        return super().append(3)
    def ups(self):
        return super().up()


def attempt(f, *args):
    try:
        return f(*args)
    except TypeError as e:
        return str(e)


for k in range(400):
    r = []
    r.append(attempt(lambda: A().append(3)))
    r.append(attempt(lambda: A().up()))
    r.append(attempt(lambda: A.keys([3])))
    r.append(attempt(lambda: A().keys([3])))
    r.append(attempt(lambda: L.of([3])))
    r.append(attempt(lambda: B().go()))
    r.append(attempt(lambda: B().ups()))
    r.append(attempt(types.MethodType(list.append, 5), 3))
    r.append(attempt(types.MethodType(str.upper, 'abc')))
    l = L()
    l.add(k)
    types.MethodType(list.append, l)(k + 1)
    r.append(l)
print(r)
m = types.MethodType(list.append, 5)
def bound():
    try:
        return m(3)
    except TypeError as e:
        return str(e)
for k in range(400):
    r = bound()
print(r)

# Class methods of built-in classes, of classes that derive from them and through instances.
class D(dict):
    pass
class I(int):
    pass
class Alternative(dict):
    @classmethod
    def fromkeys(cls, keys):
        return cls.__name__, list(keys)
def made():
    return (dict.fromkeys('ab'), D.fromkeys('ab', 1), type(D.fromkeys('a')).__name__, {}.fromkeys([1], 2), int.from_bytes(b'\1\2', 'big'),
            type(I.from_bytes(b'\1', byteorder='little')).__name__, Alternative.fromkeys('xy'), bytes.fromhex('0aff'),
            float.fromhex('0x1p3'), str.maketrans('a', 'b'))
for k in range(400):
    r = made()
print(r)
def wrong():
    out = []
    for f in (lambda: dict.fromkeys(), lambda: int.from_bytes(b'a', 'x'), lambda: bytes.fromhex(3)):
        try:
            out.append(f())
        except (TypeError, ValueError) as e:
            out.append(str(e))
    return out
for k in range(400):
    r = wrong()
print(r)

# A class that changes, and class methods of it that are taken from the class.
class C:
    n = 0
    @classmethod
    def make(cls, x):
        return cls.n + x
class E(C):
    n = 10
def use(cls, x):
    return cls.make(x)
for k in range(400):
    r = use(C, 1), use(E, 1)
print(r)
C.make = classmethod(lambda cls, x: (cls.__name__, x))
print(use(C, 1), use(E, 1))
def fixed(x):
    return C.make(x)
for k in range(400):
    r = fixed(k)
print(r)
C.make = classmethod(len)
try:
    fixed(1)
except TypeError as e:
    print(e)
C.make = staticmethod(abs)
print(fixed(-4))
class M(type):
    pass
class F(metaclass=M):
    @classmethod
    def f(cls): return cls.__name__
def meta(): return F.f()
for k in range(400): r = meta()
print(r)
M.f = property(lambda cls: lambda: 'metaclass')
print(meta())

# Profilers see the function.
import sys
seen = []
def profile(frame, event, arg):
    if event.startswith('c_'): seen.append((event, arg.__name__, type(arg).__name__))
def profiled():
    return dict.fromkeys('a'), 'b'.upper(), (3).bit_length()
for k in range(400): profiled()
sys.setprofile(profile)
profiled()
sys.setprofile(None)
print(seen[:6])

# Keywords for what is written in C++.
def keywords(k):
    l = [3, 1, 2]
    l.sort(key=lambda x: -x, reverse=True)
    return (l, 'a,b,c'.split(sep=',', maxsplit=1), dict(a=1, b=k), int('12', base=5), sorted([2, 3], reverse=True), max([1, 2], key=lambda v: -v),
            (5).to_bytes(length=2, byteorder='little'), 'é'.encode(encoding='ascii', errors='replace'), D(a=1), enumerate([1], start=3).__next__())
for k in range(400):
    r = keywords(k)
print(r)
def bad_keywords():
    out = []
    for f in (lambda: 'a'.split(zep=1), lambda: int('1', bace=2), lambda: dict.fromkeys(a=1), lambda: len(obj=[]), lambda: 'a'.split('b', sep='c')):
        try:
            out.append(f())
        except TypeError as e:
            out.append(str(e))
    return out
for k in range(400):
    r = bad_keywords()
print(r)
for k in range(400):
    f = [int, lambda x, base: base, 'abc'.encode][k % 3]
    try:
        r = f('12', base=8)
    except TypeError as e:
        r = str(e)
print(r)
# Numbers' attributes and methods.
def numbers(x):
    return x.__class__.__name__, x.real, x.__class__ is type(x)
for k in range(400):
    r = numbers(k), numbers(1.5), numbers(True), (k).bit_length(), (k + 1).to_bytes(2, 'big'), (0.5).is_integer(), True.bit_length(), None.__class__.__name__
print(r)
def both(x):
    return x.conjugate()
for k in range(400):
    r = both(k), both(1.5), both(True), both(10**30), both(2j)
print(r)
