"""Subscripted classes: list[int] and friends, __class_getitem__, __mro_entries__, unions, TypeVars, isinstance."""
import typing


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


T, U = typing.TypeVar('T'), typing.TypeVar('U', bound=int)
for alias in list[int], dict[str, int], tuple[()], tuple[int, ...], set[T], type[int], frozenset[list[T]], list[int][...] if False else list['fwd'], dict[T, U]:
    print(alias, alias.__origin__.__name__, alias.__args__, alias.__parameters__, hash(alias) == hash(alias), alias == eval(repr(alias), {'__main__': None, 'T': T}) if '~' not in repr(alias) else '')
show(lambda: list[int]())
show(lambda: dict[str, int](a=1))
show(lambda: list[T][int])
show(lambda: dict[T, U][str, int])
show(lambda: dict[T, T][int])
show(lambda: list[T][int, str])
show(lambda: list[int][str])
show(lambda: dict[T, U][str])
show(lambda: isinstance([], list[int]))
show(lambda: issubclass(list, list[int]))
show(lambda: list[int].append)
show(lambda: list[int].__name__)
show(lambda: list[int].nope)
show(lambda: setattr(list[int], 'x', 1))
show(lambda: int[str])
show(lambda: str[int])
show(lambda: len[int])
show(lambda: list[int] | None)
show(lambda: (list[int] | dict[str, T])[bool])
show(lambda: None | int)
show(lambda: int | 'str')
show(lambda: int | str | int)
show(lambda: (int | str).__args__)
show(lambda: isinstance(5, int | None))
show(lambda: isinstance(None, int | None))
show(lambda: issubclass(bool, int | str))
show(lambda: isinstance(5, int | list[str]))
show(lambda: (int | str) == (str | int))
show(lambda: hash(int | str) == hash(str | int))
show(lambda: type(int | str).__name__)
show(lambda: (int | str)())
show(lambda: list[int] is list[int])
show(lambda: [*list[int]] if False else list[int].__unpacked__)


class Box:
    def __class_getitem__(cls, item):
        return f'{cls.__name__} of {item}'


class Sub(Box):
    pass


class Plain:
    pass


class MetaItem(type):
    def __getitem__(cls, item):
        return 'meta', item


class WithMeta(metaclass=MetaItem):
    def __class_getitem__(cls, item):
        return 'never'


print(Box[int], Sub['x', 1], WithMeta[5])
show(lambda: Plain[int])
show(lambda: Box()[int])


class Entries:
    def __init__(self, *bases):
        self.bases = bases

    def __mro_entries__(self, bases):
        print('mro_entries', len(bases))
        return self.bases


class A(Entries(Plain, Box), dict):
    pass


print([k.__name__ for k in A.__mro__], [type(b).__name__ for b in A.__orig_bases__])


class B(list[int]):
    pass


class G(typing.Generic[T]):
    pass


class H(G[int]):
    pass


print(B.__bases__, B.__orig_bases__, G[str], H.__mro__[1:3], G[int] == G[int], G.__parameters__, G[T][int])
show(lambda: type('X', (Entries(Plain),), {}))
show(lambda: G[int, str])
show(lambda: typing.Generic[int])
show(lambda: type('Y', (5,), {}))


class BadEntries:
    def __mro_entries__(self, bases):
        return 5


def bad():
    class C(BadEntries()):
        pass


show(bad)
print(T, U.__bound__, typing.TypeVar('V', int, str).__constraints__, T.__name__, repr(U))
show(lambda: typing.TypeVar('W', int))
show(lambda: isinstance(5, T))
import types
print(types.GenericAlias(list, int), isinstance(list[int], types.GenericAlias), isinstance(int | str, types.UnionType))
list[int]['x']
