# Operators and comparisons of classes that derive from built-in types, at places that have become hot; attributes of functions and of
# objects whose __dict__ is asked for.
import enum


class Level(enum.IntEnum):
    LOW = 1
    MIDDLE = 2
    HIGH = 3


class Plain(int):
    pass


class Own(int):
    def __add__(self, other):
        return "own add"

    def __lt__(self, other):
        return "own lt"


class Reflected(int):
    def __radd__(self, other):
        return "reflected"

    def __rsub__(self, other):
        return "reflected"

    def __gt__(self, other):
        return "greater"

    def __eq__(self, other):
        return "equal"

    __hash__ = int.__hash__


class InPlace(int):
    def __iadd__(self, other):
        return "in place"


class Number(float):
    pass


class Text(str):
    def __rmod__(self, other):
        return "rmod"


class Items(list):
    pass


class Pair(tuple):
    pass


class Odd(Exception):
    pass


def show(v):
    return f"{type(v).__name__}:{v!r}"


def attempt(f):
    try:
        return show(f())
    except TypeError as e:
        return f"TypeError {e}"
    except ZeroDivisionError as e:
        return f"ZeroDivisionError {e}"


def ops(a, b):
    yield attempt(lambda: a + b)
    yield attempt(lambda: a - b)
    yield attempt(lambda: a * b)
    yield attempt(lambda: a // b)
    yield attempt(lambda: a % b)
    yield attempt(lambda: a / b)
    yield attempt(lambda: a ** b)
    yield attempt(lambda: a & b)
    yield attempt(lambda: a << b)
    yield attempt(lambda: a < b)
    yield attempt(lambda: a == b)
    yield attempt(lambda: a != b)
    yield attempt(lambda: a >= b)
    yield attempt(lambda: a + 1)
    yield attempt(lambda: a - 1)
    yield attempt(lambda: a < 2)
    yield attempt(lambda: a == 1)


def loop(a, b, n):
    x = a
    for i in range(n):
        c = a + b
        d = a - 1 if not isinstance(a, (str, list, tuple)) else None
        less = a < b
        if a == b:
            same = True
        else:
            same = False
        x = a
        x += b
    return [show(v) for v in (c, d, less, same, x)]


values = [Level.LOW, Level.HIGH, Plain(5), Own(2), Reflected(3), InPlace(4), Number(2.5), 7, 2.0, True, Text("ab"), "ab", Items([1]), [1], Pair((1, 2)), (1, 2)]
for a in values:
    for b in values:
        print(type(a).__name__, type(b).__name__, *ops(a, b))
for a, b in ((Level.LOW, 2), (Level.LOW, Level.HIGH), (Plain(1), 2**70), (Own(1), 2), (1, Reflected(3)), (Plain(1), Reflected(3)), (InPlace(1), 5), (Number(1), 2), (Number(1), Number(2)), (Plain(1), 2.5)):
    print(loop(a, b, 3000))
for a, b in ((Items([1]), [2]), (Pair((1,)), (2,)), (Text("a"), "b")):
    print(loop(a, b, 2000))


def late(n):
    out = set()
    for i in range(n):
        if i == n // 2:
            Plain.__add__ = lambda self, other: "changed"
            Plain.__lt__ = lambda self, other: "less"
        out.add((Plain(1) + 1, Plain(3) < 2))
    del Plain.__add__, Plain.__lt__
    out.add((Plain(1) + 1, Plain(3) < 2))
    return sorted(map(repr, out))


print(late(4000))


class Thing:
    def __init__(self, i):
        self.a = i
        if i % 3:
            self.b = i


def dicts(n):
    total = 0
    for i in range(n):
        t = Thing(i)
        d = t.__dict__
        d["late"] = i
        total += t.late + len(t.__dict__) + (t.__dict__ is d)
        t.later = 1
        total += len(d)
    return total


print(dicts(3000))


def attributes(n):
    out = []
    for i in range(n):
        def f():
            pass
        f.x = i
        f.y = i + 1
        if i % 1000 == 0:
            f.x = "again"
            out.append((f.x, f.y, f.__dict__))
    return out


print(attributes(3001))


class Guarded:
    def __setattr__(self, name, value):
        object.__setattr__(self, name, (name, value))


def errors(n):
    for i in range(n):
        e = Odd(i)
        e.extra = i
        e.more = e.extra
    return e.__dict__


print(errors(3000))
g = Guarded()
for i in range(2000):
    g.v = i
print(g.v)
