"""__slots__: layouts, inheritance, conflicts, __dict__ and __weakref__, deletion, pickling state."""
import weakref


class S:
    __slots__ = ('a', 'b')


class Sub(S):
    __slots__ = 'c'


class Loose(S):
    pass


class WithDict(S):
    __slots__ = ('__dict__',)


class WithRef:
    __slots__ = ('x', '__weakref__')


class Mangled:
    __slots__ = ('__private',)

    def __init__(self):
        self.__private = 1


class Doc:
    __slots__ = {'documented': 'the doc of it'}


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


s = S()
s.a = 1
show(lambda: s.a)
show(lambda: s.b)
show(lambda: setattr(s, 'c', 1))
show(lambda: s.__dict__)
show(lambda: weakref.ref(s))
del s.a
show(lambda: s.a)
show(lambda: delattr(s, 'a'))
x = Sub()
x.a, x.c = 1, 3
print(x.a, x.c, S.__slots__, Sub.__slots__, S.a, type(S.a).__name__, S.a.__get__(x), S.a.__objclass__.__name__)
show(lambda: S.a.__get__(5))
show(lambda: S.a.__set__(Loose(), 7))
show(lambda: Sub.c.__get__(s))
l = Loose()
l.a, l.z = 1, 2
print(l.__dict__, l.a)
w = WithDict()
w.q = 1
print(w.__dict__)
r = WithRef()
print(weakref.ref(r)() is r, Mangled()._Mangled__private, Doc.documented.__doc__)
for make in (lambda: type('X', (), {'__slots__': ('a', 'a')}), lambda: type('X', (), {'__slots__': ('a',), 'a': 1}), lambda: type('X', (), {'__slots__': (5,)}), lambda: type('X', (), {'__slots__': ('a b',)}), lambda: type('X', (), {'__slots__': ('__dict__', '__dict__')}),
             lambda: type('X', (Loose,), {'__slots__': ('__dict__',)}), lambda: type('X', (S, WithRef), {}), lambda: type('X', (int,), {'__slots__': ('a',)}), lambda: type('X', (tuple,), {'__slots__': ()}), lambda: type('X', (tuple,), {'__slots__': ('a',)}),
             lambda: type('X', (), {'__slots__': None}), lambda: type('X', (), {'__slots__': iter(['g'])}), lambda: type('X', (), {'__slots__': ('class', 'é')}), lambda: type('X', (), {'__slots__': '1a'}), lambda: type('X', (Sub, S), {'__slots__': ()}), lambda: type('X', (str,), {'__slots__': ('__weakref__',)})):
    show(lambda: make().__name__)


class E1:
    __slots__ = ()


class E2:
    __slots__ = ()


class Both(E1, S, E2):
    __slots__ = ('d',)


b = Both()
b.a = b.d = 1
print(b.a + b.d, Both.__mro__[2].__name__)
show(lambda: setattr(Sub(), '__class__', S))
show(lambda: setattr(E1(), '__class__', E2))


class T1:
    __slots__ = ('a', 'b')


class T2:
    __slots__ = ('a', 'b')


class T3:
    __slots__ = ('a', 'c')


t = T1()
t.a = 'kept'
t.__class__ = T2
print(t.a, type(t).__name__)
show(lambda: setattr(t, '__class__', T3))
print(t.__reduce_ex__(2)[2], WithDict().__getstate__(), x.__getstate__())


class Value(tuple):
    __slots__ = ()

    def __new__(cls, *a):
        return super().__new__(cls, a)


show(lambda: setattr(Value(1, 2), 'x', 1))
print(Value(1, 2), Sub.__dict__['c'])
s.b
