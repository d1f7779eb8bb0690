"""Arithmetic with bools: an int comes out, but for & | ^ of two, which is a bool; and sums of bools."""
import operator

values = [True, False, 0, 1, -1, 7, 2 ** 61, 2 ** 62, -2 ** 63, 2 ** 70, 1.5, 1j]
names = ['add', 'sub', 'mul', 'floordiv', 'mod', 'lshift', 'rshift', 'and_', 'or_', 'xor', 'truediv', 'pow', 'iadd', 'isub', 'imul',
         'ifloordiv', 'imod', 'ilshift', 'irshift', 'iand', 'ior', 'ixor']
for name in names:
    f = getattr(operator, name)
    out = []
    for a in values:
        for b in values:
            if not (isinstance(a, bool) or isinstance(b, bool)) or ('shift' in name or 'pow' in name) and not isinstance(b, bool):
                continue
            try:
                out.append(repr(f(a, b)))
            except Exception as e:
                out.append('%s: %s' % (type(e).__name__, e))
    print(name, out)


class I(int):
    def __radd__(self, other):
        return 'radd'

    def __ror__(self, other):
        return 'ror'

    def __iadd__(self, other):
        return 'iadd'


def loop(n):
    a, b, c, d, e, f = 0, True, False, 10 ** 20, 0, 1
    for i in range(n):
        a += i < 3
        b &= i < n
        c |= i == 5
        d -= i > 7
        e ^= i % 2 == 0
        f = f << (i == 4) ^ (i == 9)
    return a, b, c, d, e, f, True + I(1), True | I(1), I(1) + True, True - I(1)


for _ in range(3):
    print(loop(2500), loop(20))
for bad in (lambda: True + 'a', lambda: True | 1.5, lambda: False // False, lambda: 1 % False, lambda: 'ab' * True + [] * False,
            lambda: 1 << True - 2):
    try:
        print(repr(bad()))
    except Exception as e:
        print(type(e).__name__, e)

print([repr(sum(x)) for x in ([True], [True, True, False], [], [True, 1.5, True],
                                  [2 ** 62, True, True], [1.5, False], [True] * 3 + [2 ** 100, True])])
print(repr(sum([True, False], True)), repr(sum([True], 1.5)))
print(repr(sum((i % 3 == 0 for i in range(1000)))), repr(sum([True], I(3))),
      repr(sum([2 ** 63 - 1, True])), repr(sum({True, False})), sum([False, I(1)]), repr(sum((True,), 2 ** 62 - 1)))
