"""Recursion through __str__, __repr__, __format__, __bytes__, % and print."""


def show(name, f):
    try:
        r = f()
        print(name, r if len(str(r)) < 60 else len(str(r)))
    except RecursionError:
        print(name, 'RecursionError')
    except Exception as e:
        print(name, type(e).__name__, e)


class Str:
    def __str__(self):
        return str(self)


class Repr:
    def __repr__(self):
        return f'{self!r}'


class Format:
    def __format__(self, spec):
        return format(self, spec)


class Mod:
    def __str__(self):
        return '%s' % self


class Join:
    def __repr__(self):
        return ''.join([repr(self)])


class Both:
    def __str__(self):
        return repr(self)

    def __repr__(self):
        return str(self)


class Bytes:
    def __bytes__(self):
        return bytes(self)


class Index:
    def __index__(self):
        return int(self)

    def __int__(self):
        return self.__index__()


class Float:
    def __float__(self):
        return float(self)


class Bool:
    def __bool__(self):
        return not self


class Hash:
    def __hash__(self):
        return hash((self,))


class Len:
    def __len__(self):
        return len(self) + 1


class Fspath:
    def __fspath__(self):
        import os
        return os.fspath(self)


class Dir:
    def __dir__(self):
        return dir(self)


class Round:
    def __round__(self, n=None):
        return round(self)


class Contains:
    def __contains__(self, x):
        return x in self


class Reversed:
    def __reversed__(self):
        return reversed(self)


import copy
import math
import os


class Copy:
    def __copy__(self):
        return copy.copy(self)


for name, f in [('str', lambda: str(Str())), ('repr', lambda: repr(Repr())), ('format', lambda: f'{Format():x}'), ('mod', lambda: str(Mod())), ('join', lambda: repr(Join())), ('both', lambda: str(Both())), ('bytes', lambda: bytes(Bytes())), ('index', lambda: [1][Index()]), ('int', lambda: int(Index())), ('float', lambda: float(Float())), ('math', lambda: math.sqrt(Float())), ('bool', lambda: bool(Bool())), ('hash', lambda: {Hash(): 1}), ('len', lambda: len(Len())), ('truth', lambda: not Len()), ('fspath', lambda: os.fspath(Fspath())), ('dir', lambda: dir(Dir())), ('round', lambda: round(Round())), ('in', lambda: 5 in Contains()), ('reversed', lambda: reversed(Reversed())), ('copy', lambda: copy.copy(Copy())), ('print', lambda: print(Str())), ('list', lambda: [Repr()].__repr__()), ('dict', lambda: str({1: Repr()})), ('exception', lambda: str(ValueError(Repr()))), ('join2', lambda: ','.join(map(str, [Str()]))), ('percent', lambda: '%r %s' % (Repr(), 1)), ('ok', lambda: str([Both]).count('Both'))]:
    show(name, f)


class Lazy:
    def __getattr__(self, name):
        return getattr(self, name + 'x')


show('growing', lambda: Lazy().a)


class SetName:
    def __setattr__(self, n, v):
        setattr(self, n, v)


show('setattr', lambda: setattr(SetName(), 'a', 1))


class Meta(type):
    def __repr__(cls):
        return repr(cls)


show('meta', lambda: repr(Meta('M', (), {})))
show('still', lambda: 'alive')
[Repr()].index(5) if False else str(Both)[0:3]
'%d' % Index.__index__
