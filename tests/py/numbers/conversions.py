"""int(), float(), str() and friends on subclasses and special methods; rounding modes; Index everywhere."""
import math
import operator


class Special:
    def __int__(self): return 42
    def __float__(self): return 4.25
    def __index__(self): return 3
    def __complex__(self): return 1 + 2j
    def __round__(self, n=None): return f'round {n}'
    def __floor__(self): return 'floor'
    def __ceil__(self): return 'ceil'
    def __trunc__(self): return 9
    def __abs__(self): return 'abs'
    def __neg__(self): return 'neg'
    def __bool__(self): return False
    def __divmod__(self, o): return 'divmod'
    def __rdivmod__(self, o): return 'rdivmod'


s = Special()
print(int(s), float(s), complex(s), round(s), round(s, 2), math.floor(s), math.ceil(s), math.trunc(s), abs(s), -s, bool(s), divmod(s, 1), divmod(1, s), operator.index(s), hex(s), [0, 1, 2, 3, 4][s], 'abcdef'[s], list(range(s)), 'x' * s, bytes(s), chr(s), math.sqrt(s), '%d' % s, '%f' % s, '%x' % s, f'{[1, 2, 3, 4][s]}')


class OnlyTrunc:
    def __trunc__(self): return 5


class TruncIndex:
    def __trunc__(self):
        class I:
            def __index__(self): return 8
        return I()


class StrSub(str):
    pass


class IntSub(int):
    def __str__(self): return 'str'
    def __repr__(self): return 'repr'
    def __format__(self, s): return 'format'
    def __int__(self): return 5
    def __index__(self): return 6
    def __float__(self): return 1.5
    def __bool__(self): return False
    def __hash__(self): return 7
    def __add__(self, o): return 'add'
    def __radd__(self, o): return 'radd'


class FloatSub(float):
    def __int__(self): return 11
    def __float__(self): return FloatSub(2.5)


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


import warnings
warnings.simplefilter('ignore')
show(lambda: int(OnlyTrunc()))
show(lambda: int(TruncIndex()))
show(lambda: int(StrSub('12')))
i = IntSub(100)
show(lambda: (str(i), f'{i}', f'{i!r}', '%s %r %d' % (i, i, i), int(i), float(i), complex(i), bool(i), [0] * 3 + [1] if i else 'falsy', hash(i), i + 1, 1 + i, i * 2, -i, abs(i), [10, 20][i - 100]))
show(lambda: [0, 1, 2][i])
show(lambda: list(range(100, 103))[0] == i and i == 100)
show(lambda: (int(FloatSub(1.5)), float(FloatSub(1.5)), type(float(FloatSub(1.5))).__name__, math.floor(FloatSub(1.5))))
for x in 1.5, -1.5, 1e300, -0.0, float('inf'), float('nan'), 10 ** 30:
    show(lambda: (int(x), math.floor(x), math.ceil(x), math.trunc(x), round(x)))
for bad in 'x', None, [], 1j, b'', object():
    for f in int, float, complex, math.floor, math.ceil, math.trunc, round, abs, hex, chr, operator.index, math.sqrt:
        try:
            f(bad)
            print(f.__name__, type(bad).__name__, 'fine')
        except Exception as e:
            print(f.__name__, type(bad).__name__, type(e).__name__, e)
class R:
    def __int__(self): return 1.5
    def __float__(self): return 'x'
    def __index__(self): return None
    def __complex__(self): return 'c'
    def __trunc__(self): return 'q'
    def __bool__(self): return 1


for f in int, float, complex, operator.index, bool, range, hex, chr:
    show(lambda: f(R()))
int(R())
