"""Where the carets of a traceback stand: binary operators, subscripts, attributes, calls."""
import sys
import traceback


def show(f):
    try:
        f()
    except Exception:
        traceback.print_exc(file=sys.stdout)
        print('-' * 20)


zero = 0
nothing = None
table = {'a': {'b': 1}}
items = [1, 2, 3]


def f1():
    return 1 + 2 * (3 / zero)


def f2():
    return table['a']['c']['d']


def f3():
    return items[0] + items[10] + items[1]


def f4():
    return nothing.attribute.more


def f5():
    return len(items) + len(zero)


def f6():
    x = (1 +
         items +
         2)
    return x


def f7():
    return [i / zero for i in items]


def f8():
    return nothing()(1)(2)


def f9():
    a = 1; b = zero; c = a / b; return c


def f10():
    return items  [  5  ]


def f11():
    return (lambda q: q.foo)(1) + 2


def f12():
    return 'é' + 'ü' + 1 + 'ß'


def f13():
    return -items + 3


def f14():
    items[7] = 'x'


def f15():
    del table['zz']


def f16():
    nothing.x = items[1]


def f17():
    return 1 < 2 < items


def f18():
    return 5 in zero


for f in f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17, f18:
    show(f)
