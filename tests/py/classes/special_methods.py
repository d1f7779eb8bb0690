"""Special methods: looked up on the type, reflected operators, NotImplemented, in-place, comparison fallbacks."""


class Num:
    def __init__(self, n): self.n = n
    def __repr__(self): return f'{type(self).__name__}({self.n})'
    def __add__(self, o): print('add', end=' '); return Num(self.n + o.n) if isinstance(o, Num) else NotImplemented
    def __radd__(self, o): print('radd', end=' '); return Num(o + self.n) if isinstance(o, int) else NotImplemented
    def __iadd__(self, o): print('iadd', end=' '); self.n += o; return self
    def __eq__(self, o): print('eq', end=' '); return self.n == o.n if isinstance(o, Num) else NotImplemented
    def __lt__(self, o): print('lt', end=' '); return self.n < o.n if isinstance(o, Num) else NotImplemented
    def __le__(self, o): return NotImplemented
    def __neg__(self): return Num(-self.n)
    def __call__(self, *a, **k): return a, k
    def __bool__(self): return self.n != 0
    def __len__(self): return 7
    def __getitem__(self, i): return i
    def __contains__(self, x): return 'yes'
    def __index__(self): return self.n
    def __matmul__(self, o): return 'matmul'
    def __pow__(self, o, m=None): return 'pow', o, m
    def __rpow__(self, o): return 'rpow', o
    def __divmod__(self, o): return 'divmod'
    def __round__(self, n=None): return 'round', n
    def __trunc__(self): return 5
    def __reversed__(self): return 'reversed'
    def __dir__(self): return ['z', 'a']
    def __hash__(self): return 1 << 70
    def __sizeof__(self): return 5
    def __bytes__(self): return b'bytes'
    def __fspath__(self): return '/path'


class Sub(Num):
    def __radd__(self, o): print('sub radd', end=' '); return 'sub wins'
    def __gt__(self, o): print('sub gt', end=' '); return 'sub gt wins'


a, b, s = Num(1), Num(2), Sub(3)
print(a + b, 5 + a, a + s, s + a, sum([a, b], Num(0)))
a += 5
print(a, a == b, a != b, a == 5, a < b, a > b, a < s, -a, a(1, k=2), not a, bool(Num(0)), a[3:4], 5 in a)
import math
import os
print([10, 20, 30][Num(1)], a @ b, a ** 2, pow(a, 2, 3), 2 ** a, divmod(a, 1), round(a), round(a, 2), math.trunc(a), reversed(a), dir(a), hash(a) == hash(1 << 70), bytes(a), os.fspath(a), hex(b))


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


show(lambda: a + 'x')
show(lambda: 'x' + a)
show(lambda: a - b)
show(lambda: a <= b)
show(lambda: a >= b)
show(lambda: a < 5)
show(lambda: ~a)
show(lambda: +a)
show(lambda: float(a))
show(lambda: iter(a).__next__())


class OnInstance:
    pass


o = OnInstance()
o.__len__ = o.__add__ = o.__call__ = o.__iter__ = o.__getitem__ = o.__bool__ = lambda *a: 5
for f in (lambda: len(o), lambda: o + 1, lambda: o(), lambda: iter(o), lambda: o[1], lambda: bool(o)):
    show(f)


class Ret:
    def __init__(self): return 5


class Bad:
    def __str__(self): return 5
    def __repr__(self): return None
    def __hash__(self): return 1.5
    def __len__(self): return 2.5
    def __bool__(self): return 'x'
    def __index__(self): return 1.0
    def __int__(self): return 'i'
    def __float__(self): return 1
    def __complex__(self): return 1.0
    def __bytes__(self): return 'b'
    def __format__(self, s): return b''
    def __iter__(self): return [1]
    def __dir__(self): return 5
    def __length_hint__(self): return 'x'
    def __contains__(self, x): raise KeyError('contains')
    def __fspath__(self): return 5
    def __getattribute__(self, n): raise AttributeError('custom ' + n)


for f in str, repr, hash, len, bool, int, float, complex, bytes, format, iter, dir, hex, list, os.fspath, lambda x: 1 in x, lambda x: x.foo, lambda x: f'{x!r}', lambda x: '%s' % x, lambda x: [0][x]:
    show(lambda: f(Bad()))
show(Ret)


class EqOnly:
    def __eq__(self, o): return True


show(lambda: hash(EqOnly()))
show(lambda: (EqOnly() != 1, EqOnly().__hash__))


class Cmp:
    def __lt__(self, o): return 'lt'


show(lambda: (Cmp() < 1, 1 > Cmp(), Cmp() > Cmp()))
show(lambda: Cmp() > 1)
class NoBool:
    __bool__ = None
    __iter__ = None
    __add__ = None
    __contains__ = None
    __len__ = None


for f in (lambda: bool(NoBool()), lambda: iter(NoBool()), lambda: NoBool() + 1, lambda: 1 in NoBool(), lambda: len(NoBool())):
    show(f)
Num(1) - 1
