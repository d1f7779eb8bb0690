"""abc, collections.abc mixins, typing.Protocol, numbers: what registration and hooks decide."""
import abc
import collections.abc as cabc
import numbers


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class Base(abc.ABC):
    @abc.abstractmethod
    def one(self): ...

    @abc.abstractmethod
    def two(self): ...

    @property
    @abc.abstractmethod
    def prop(self): ...

    @classmethod
    @abc.abstractmethod
    def cm(cls): ...


class Part(Base):
    def one(self):
        return 1


class Full(Part):
    prop = 5

    def two(self):
        return 2

    @classmethod
    def cm(cls):
        return 'cm'


show(Base)
show(Part)
print(Full().one(), Full().prop, sorted(Part.__abstractmethods__), Full.__abstractmethods__, Full.cm())


class Single(abc.ABC):
    @abc.abstractmethod
    def only(self): ...


show(Single)
show(lambda: type('Sub', (Single,), {})())


class Registered:
    pass


print(issubclass(Registered, Base), Base.register(Registered) is Registered, issubclass(Registered, Base), isinstance(Registered(), Base), Registered.__mro__[1])
show(lambda: Base.register(5))
show(lambda: Registered.register(int) if hasattr(Registered, 'register') else 'no register')
show(lambda: Base.register(Base))


class A(abc.ABC):
    pass


class B(A):
    pass


show(lambda: B.register(A))


class Seq(cabc.Sequence):
    def __init__(self, *items):
        self.items = items

    def __getitem__(self, i):
        return self.items[i]

    def __len__(self):
        return len(self.items)


s = Seq(3, 1, 2, 1)
print(list(s), 2 in s, s.index(1), s.count(1), list(reversed(s)), s[-1], isinstance(s, cabc.Reversible))
show(lambda: s.index(99))
show(lambda: s.index(1, 2))


class Map(cabc.MutableMapping):
    def __init__(self):
        self.d = {}

    def __getitem__(self, k):
        return self.d[k]

    def __setitem__(self, k, v):
        self.d[k] = v

    def __delitem__(self, k):
        del self.d[k]

    def __iter__(self):
        return iter(self.d)

    def __len__(self):
        return len(self.d)


m = Map()
m.update(a=1, b=2)
print(dict(m), m.pop('a'), m.setdefault('c', 3), m.get('zz', 0), 'b' in m, m == {'b': 2, 'c': 3}, list(m.items()), m.keys() & {'b'}, m.popitem(), len(m), m.clear(), dict(m))
show(lambda: m.pop('x'))
show(lambda: m.popitem())


class MSet(cabc.MutableSet):
    def __init__(self, it=()):
        self.s = list(dict.fromkeys(it))

    def __contains__(self, x):
        return x in self.s

    def __iter__(self):
        return iter(self.s)

    def __len__(self):
        return len(self.s)

    def add(self, x):
        if x not in self.s:
            self.s.append(x)

    def discard(self, x):
        if x in self.s:
            self.s.remove(x)


t = MSet([1, 2, 3])
print(list(t & [2, 9]), list(t | [9]), list(t - {1}), sorted(t ^ {3, 4}), t <= MSet([1, 2, 3, 4]), t == {1, 2, 3}, t.isdisjoint([8]), t.pop(), list(t))
t |= [7]
t -= [2]
print(list(t))
show(lambda: t.remove('x'))
for kind, names in [(cabc.Iterable, '__iter__'), (cabc.Sized, '__len__'), (cabc.Callable, '__call__'), (cabc.Container, '__contains__'), (cabc.Hashable, '__hash__'), (cabc.Iterator, '__next__ __iter__'), (cabc.Awaitable, '__await__'), (cabc.AsyncIterable, '__aiter__'), (cabc.Collection, '__len__ __iter__ __contains__'), (cabc.Generator, 'send throw close __iter__ __next__')]:
    K = type('K', (), {n: lambda self: None for n in names.split()})
    N = type('N', (K,), {names.split()[0]: None})
    print(kind.__name__, issubclass(K, kind), issubclass(N, kind), issubclass(object, kind))
print(isinstance(5, numbers.Integral), isinstance(5.0, numbers.Real), isinstance(1j, numbers.Complex), isinstance(True, numbers.Number), issubclass(float, numbers.Rational), isinstance('x', numbers.Number))
import typing


@typing.runtime_checkable
class Closable(typing.Protocol):
    def close(self): ...


class NotRuntime(typing.Protocol):
    x: int


print(isinstance(open('/dev/null'), Closable), isinstance(5, Closable))
show(lambda: isinstance(5, NotRuntime))
show(Closable)
show(lambda: cabc.Sequence.__subclasshook__(list))
print(abc.get_cache_token() == abc.get_cache_token(), cabc.Callable[[int], str], cabc.Sequence[int], isinstance(abc.ABC, abc.ABCMeta))
Part()
