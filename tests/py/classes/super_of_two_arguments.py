"""super(class, self).method(...): found without making the super object, and just as it says where that is a mistake, where the class isn't
the one whose method runs, and where the classes change."""
import sys


class A:
    def m(self, *a, **k):
        return ('A.m', type(self).__name__, a, k)

    @classmethod
    def c(cls):
        return 'A.c ' + cls.__name__

    @staticmethod
    def s(x):
        return 'A.s %r' % (x,)

    @property
    def p(self):
        return lambda: 'A.p'

    v = staticmethod(len)


class B(A):
    def m(self, *a, **k):
        return ('B.m', super(B, self).m(*a, **k))

    @classmethod
    def c(cls):
        return 'B.c ' + super(B, cls).c()

    @staticmethod
    def s(x):
        return 'B.s ' + super(B, B).s(x)

    def p(self):
        return super(B, self).p()

    def one(self, x):
        return super(B, self).m(x)

    def skip(self, cls):
        return super(cls, self).m(1)

    def __new__(cls, *a):
        return super(B, cls).__new__(cls)

    def __init__(self):
        super(B, self).__init__()


class C(B):
    def m(self, *a, **k):
        return ('C.m', super(C, self).m(*a, **k))

    def one(self, x):
        return ('C.one', super(C, self).one(x))


class Slots(C):
    __slots__ = ('w',)


def attempt(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return type(e).__name__, str(e)


for _ in range(40):
    out = []
    for cls in (B, C, Slots):
        o = cls()
        out += [o.m(), o.m(1, k=2), cls.c(), o.c(), o.s(3), o.p(), o.one(4), attempt(o.skip, B), attempt(o.skip, A), attempt(o.skip, C)]
    o = C()
    out += [attempt(o.skip, x) for x in (int, object, 5, None, 'x')]
    out += [attempt(lambda: super(B, 5).m()), attempt(lambda: super(B, None).m()), attempt(lambda: super(B, A()).m()),
            attempt(lambda: super(int, True).__add__(1)), attempt(lambda: super(B, o).absent()), attempt(lambda: super(B, o).__class__)]
print(*out, sep='\n')


# The classes change between calls.
def call(o, n=30):
    for _ in range(n):
        r = o.one(0)
    return r


o = C()
print(call(o))
A.m = lambda self, x: 'new A.m %r' % x
print(call(o))


class Other:
    def m(self, x):
        return 'Other.m'


class Mid(A):
    def m(self, x):
        return 'Mid.m ' + super(Mid, self).m(x)


B.__bases__ = (Mid,)
print(call(o))
del Mid.m
print(call(o))
old, B = B, Other
print(attempt(call, o))
B = old
print(call(o))
o.__class__ = Slots if False else C
o.m = lambda x: 'own'
print(call(o))


# super itself is replaced, and derived from.
class Loud(super):
    def __getattribute__(self, name):
        return lambda *a: ('loud', name, a)


def shadowed(o, super=Loud):
    r = None
    for _ in range(20):
        r = super(C, o).m(1)
    return r


print(shadowed(o), shadowed(o, super))


class Proxy:
    """Says it is of another class."""
    def __init__(self, target):
        self.target = target

    @property
    def __class__(self):
        return C


def through(o):
    return super(C, o).one


print(attempt(through, Proxy(1)).__func__ is old.one)

# Nothing is left behind.
big = C()
before = sys.getrefcount(big), sys.getrefcount(C)
for _ in range(100):
    big.one(1)
print((sys.getrefcount(big), sys.getrefcount(C)) == before)
