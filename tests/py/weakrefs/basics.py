"""Weak references, proxies and the weak collections."""
import gc
import weakref


class C:
    def __init__(self, n=0):
        self.n = n

    def __repr__(self):
        return f'C({self.n})'

    def __call__(self, x):
        return x + self.n

    def __eq__(self, o):
        return isinstance(o, C) and self.n == o.n

    def __hash__(self):
        return hash(self.n)

    def __len__(self):
        return 5

    def method(self):
        return self.n


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


c = C(1)
r = weakref.ref(c)
print(r() is c, weakref.ref(c) is r, weakref.ref(c, None) is r, weakref.ref(c, print) is r, r == weakref.ref(C(1)), hash(r) == hash(c), weakref.getweakrefcount(c), r.__callback__)
p = weakref.proxy(c)
print(p.n, p(5), len(p), p.method(), p == c, repr(p).startswith('<weakproxy at'), str(p), type(p) is weakref.CallableProxyType, bool(p), isinstance(p, C), p.__class__.__name__)
show(lambda: hash(p))
p.n = 7
print(c.n)
for bad in 5, 'x', (), [], {}, None, object(), len, int, lambda: 0, (x for x in []), {1}, C, weakref:
    try:
        weakref.ref(bad)
        print(type(bad).__name__, 'can')
    except TypeError as e:
        print(e)
del c
print(r(), repr(r).endswith('; dead>'))
show(lambda: p.n)
show(lambda: p.x)
show(lambda: p(1))
show(lambda: str(p))
show(lambda: bool(p))
show(lambda: weakref.ref())
show(lambda: weakref.ref(1, 2, 3))
show(lambda: hash(weakref.ref(C(3))))
d = weakref.WeakValueDictionary()
a, b = C(1), C(2)
d['a'], d['b'] = a, b
print(sorted(d.keys()), len(d), d['a'], d.get('z'))
del a
print(sorted(d), 'a' in d)
k = weakref.WeakKeyDictionary()
k[b] = 'value'
x = C(5)
k[x] = 'temp'
print(len(k), k[b])
del x
print(len(k), list(k.items()))
s = weakref.WeakSet([b])
y = C(9)
s.add(y)
print(len(s), y in s)
del y
print(len(s), list(s))
m = weakref.WeakMethod(b.method)
print(m()(), m() == b.method)
del b
print(m(), len(d), len(k), len(s))
log = []
c = C(3)
refs = [weakref.ref(c, lambda r, i=i: log.append(i)) for i in range(4)]
del refs[1]
del c
print(log)
a = C(1)
a.me = a
r = weakref.ref(a, lambda r: log.append('cycle'))
del a
print(r() is None)
gc.collect()
print(r() is None, log)


class Sub(weakref.ref):
    __slots__ = ('extra',)

    def __new__(cls, o, cb=None, extra=None):
        self = super().__new__(cls, o, cb)
        self.extra = extra
        return self

    def __init__(self, o, cb=None, extra=None):
        super().__init__(o, cb)


c = C(4)
print(Sub(c, extra='e').extra, Sub(c) is Sub(c), weakref.getweakrefcount(c))


class NoWeak:
    __slots__ = ()


weakref.ref(NoWeak())
