# list[int] and int | None: built-in classes, classes that inherit from them, and what they define themselves.
import collections
import re
import types


class Own(list):
    def __class_getitem__(cls, key):
        return cls.__name__, key


class Inherits(dict):
    pass


class Refuses(list):
    __class_getitem__ = None


class Meta(type):
    def __getitem__(cls, key):
        return "meta", key


class WithMeta(metaclass=Meta):
    def __class_getitem__(cls, key):
        return "never"


class MetaAttribute(type):
    __class_getitem__ = "of the metaclass"


class Plain(list, metaclass=MetaAttribute):
    pass


def show(f):
    try:
        r = f()
        print(r, type(r).__name__, getattr(r, "__origin__", None), getattr(r, "__args__", None))
    except Exception as e:
        print(type(e).__name__, e)


for _ in range(3):
    for f in (
        lambda: list[int],
        lambda: dict[str, list[int]],
        lambda: tuple[()],
        lambda: tuple[int, ...],
        lambda: type[int],
        lambda: collections.deque[int],
        lambda: collections.OrderedDict[str, int],
        lambda: collections.Counter[str],
        lambda: re.Pattern[str],
        lambda: Own[3],
        lambda: Inherits[str, int],
        lambda: Refuses[int],
        lambda: WithMeta[1, 2],
        lambda: Plain[int],
        lambda: int[3],
        lambda: int | None,
        lambda: None | int,
        lambda: int | int,
        lambda: type(None) | None,
        lambda: int | type(None) | str | int,
        lambda: list[int] | None | list[int],
        lambda: None | None,
        lambda: int | "x",
        lambda: isinstance(None, int | None),
    ):
        show(f)
print(type(list[int]) is types.GenericAlias, type(int | None) is types.UnionType)
print(list[int] == list[int], hash(list[int]) == hash(list[int]))
list_alias = list[int]
print(list_alias((1, 2)), list.__class_getitem__(str), Inherits.__class_getitem__(str))
