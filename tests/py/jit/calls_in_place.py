# Calls of built-in functions and classes that machine code does in place, with operands that fit and with those that don't.
# interpreter: -X jit=auto -X jit-threshold=3
class Meta(type):
    def __instancecheck__(cls, x):
        return x == 7


class Odd(metaclass=Meta):
    pass


class Proxy:
    @property
    def __class__(self):
        return int


def minmax(a, b, c):
    return min(a, b), max(a, b), min(a, b, c), max(a, b, c)


def small(x):
    try:
        return abs(x)
    except TypeError as e:
        return str(e)


def code(x):
    try:
        return ord(x)
    except TypeError as e:
        return str(e)


def char(x):
    try:
        return chr(x)
    except (ValueError, TypeError, OverflowError) as e:
        return type(e).__name__


def is_a(x, cls):
    try:
        return isinstance(x, cls)
    except TypeError as e:
        return str(e)


def pop(x):
    try:
        return x.pop()
    except (IndexError, AttributeError) as e:
        return str(e)


def convert(cls, x):
    try:
        return cls(x)
    except (ValueError, TypeError, OverflowError) as e:
        return str(e)


for args in (1, 2, 3), (3, 2, 1), (2, 2, 2), (-5, 0, 5), (1.5, 2, 0), ('a', 'b', 'c'), (2**70, 1, -2**70), (True, 0, 2):
    print(minmax(*args), end=' ')
print()
print([small(x) for x in (1, -1, 0, -2**62, 2**62 - 1, -1.5, True, 2**80, 'x', -0.0)])
print([code(x) for x in ('a', 'é', 'ă', '\U0001F600', b'a', 'ab', '', 5)])
print([char(x) for x in (97, 0, 255, 256, 0x10FFFF, 0x110000, -1, 2**70, 'a')])
checks = (1, int), (True, int), ('a', (int, str)), (1.5, (int, (str, float))), ([], list), ({}, (list, tuple)), (7, Odd), (8, Odd), \
    (Proxy(), int), (Proxy(), str), (1, 5), (Odd, type), (None, type(None))
print([is_a(*c) for c in checks])
stack = [1, 'b', [3]]
print([pop(stack) for _ in range(5)], pop({1}), pop((1,)))
long = list(range(100))
taken = [pop(long) for _ in range(100)]
print(sum(taken), long, pop(long))


def conversions(x):
    out = []
    for cls in int, float, bool, str, list, tuple, type, range:
        out.append(convert(cls, x))
    return out


def by_name(x):
    return int(x), float(x), bool(x), str(x), type(x), repr(type(x))


print([by_name(x) for x in (1, 2.75, True, -3.99, 2**61, '12')])
print(conversions([1, 2]), conversions('ab')[4:6], conversions(3)[7])
for x in float('nan'), float('inf'), 'x', None:
    print(convert(int, x))
print([int(x) for x in (4e17, -4e18, 9.3e18, 1e30)])


def spans(n):
    return list(range(n)), list(range(1, n)), list(range(n, 0, -1)), dict(), list('ab'), tuple([1, 2])


print(spans(4), spans(0))


# One call site, many kinds of callee: none of them is taken for another.
class Adder:
    def __init__(self, n):
        self.n = n

    def __call__(self, x):
        return x + self.n

    def add(self, x):
        return x + self.n


def apply(fs, x):
    return [f(x) for f in fs]


def plain(x):
    return -x


fs = [abs, plain, int, Adder, Adder(2), Adder(3).add, lambda x: x * 2, str, float, [].append, ord]
print([r if not isinstance(r, Adder) else r.n for r in apply(fs[:-1], 5)])
for order in range(len(fs) - 1):
    fs = fs[1:-1] + fs[:1] + fs[-1:]
    print([r if not isinstance(r, Adder) else r.n for r in apply(fs[:-1], -4)])

# What is given to a call dies with it.
import weakref


class Thing:
    pass


def length(n):
    t = Thing()
    r = weakref.ref(t)
    isinstance(t, Thing)
    x = [t]
    del t
    len(x)
    x.append(x.pop())
    x.pop()
    return r() is None


print([length(i) for i in range(4)])
min = lambda *a: ('mine', a)
print(minmax(1, 2, 3)[0])
del min
print(minmax(1, 2, 3)[0])
