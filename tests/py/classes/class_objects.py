"""Class objects themselves: names, qualnames, modules, docs, annotations, __dict__, modification, repr."""


class A:
    """doc of A"""
    x: int = 1
    y: 'str'
    _z: list[int]

    class Inner:
        def m(self): pass

    def f(self, a: int, b: 'B' = 2) -> None:
        z: int = 1
        def g(): pass
        return g


print(A.__name__, A.__qualname__, A.__module__, A.__doc__, A.__annotations__, A.Inner.__qualname__, A.Inner.m.__qualname__, A().f(1).__qualname__, A.f.__annotations__)
print(repr(A), A.Inner, type(A), A.__class__, A.__base__, A.__bases__, type(A.__dict__).__name__, 'x' in A.__dict__, A.__dictoffset__ != 0, A.__flags__ & (1 << 9) != 0)


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


A.__name__ = 'Renamed'
A.__qualname__ = 'Q.Renamed'
print(A, repr(A()).startswith('<__main__.Q.Renamed object'))
A.__module__ = 'mod'
print(A)
A.__module__ = 5
print(A)
A.__module__ = 'builtins'
print(A)
del A.x
show(lambda: A.x)
A.__doc__ = 'changed'
print(A.__doc__)
show(lambda: setattr(A, '__name__', 5))
show(lambda: setattr(A, '__name__', ''))
show(lambda: setattr(A, '__qualname__', 5))
show(lambda: setattr(A, '__dict__', {}))
show(lambda: A.__dict__.__setitem__('a', 1))
show(lambda: setattr(int, 'x', 1))
show(lambda: delattr(int, 'real'))
show(lambda: setattr(A, '__annotations__', {'q': 1}) or A.__annotations__)
show(lambda: delattr(A, '__annotations__') or A.__annotations__)
show(lambda: type('T', (), {'__doc__': 'd', '__qualname__': 'a.b.T'}))
show(lambda: type('T', (), {'__qualname__': 5}))
show(lambda: type('\ud800', (), {}).__name__ == '\ud800')
show(lambda: type('', (), {}))
show(lambda: type('a b', (), {}))
show(lambda: type(type('X', (A,), {})()).__mro__[1] is A)
print([n for n in dir(object)])
print(sorted(set(dir(A)) - set(dir(object))))
a1 = A
a2 = type('A', (), {})
print(a1 == a2, a1 != a2, hash(a1) == hash(a1), a1 is A, isinstance(A, type), isinstance(type, object), issubclass(type, object), issubclass(A, A))
show(lambda: A < A)
show(lambda: A | None)
show(lambda: (int | str) | None)
show(lambda: int | 5)
show(lambda: list[int] | None)
print(int | str == str | int, (int | int), isinstance(1, int | str), (int | None).__args__, list[int], dict[str, list[int]], list[int].__origin__, tuple[int, ...], type[int], list[int]([1, 2]))
show(lambda: list[int].__args__)
show(lambda: isinstance([], list[int]))
show(lambda: list[int] == list[int])
show(lambda: list[int][str])
import typing
T = typing.TypeVar('T')
print(list[T][int], dict[T, T][str], (list[T] | None)[int], repr(T), list[T].__parameters__)
show(lambda: dict[T, T][int, str])
for name in '__abstractmethods__', 'mro', '__text_signature__', '__subclasses__', '__prepare__', '__instancecheck__':
    show(lambda: type(getattr(A, name)).__name__)
A.nope
