"""Carets where the failing part spans lines, or is long, or sits behind wide characters and tabs."""
import sys
import traceback


def show(f):
    try:
        f()
    except Exception:
        traceback.print_exc(file=sys.stdout)


def spans():
    return (1 +
            2 *
            None)


def call_spans():
    return dict(a=1,
                b=len(
                    5))


def chain():
    return 'text'.upper(
    ).lower().nothing(
    ).strip()


def subscript():
    data = {'a': [1, 2]}
    return data['a'][
        5
    ]


def wide():
    变量 = '中文'; return 变量 + 1 + 变量


def tabs():
	x = None
	return	x +	1


def emoji():
    return '\U0001f600😀' + '😀' * 'a'


def comment():
    return 1 / 0  # trailing comment, é


def nested_calls():
    return max(min(int('x'), 1), 2)


def lambda_line():
    f = lambda a, b: a + b; return f(1, 'x')


def conditional():
    return (undefined_one if True else 2)


def star_args():
    return print(*[1, 2], *None, sep='')


def keyword():
    return sorted([1, 'a'], key=lambda v: v, reverse=True)


def compare():
    return 1 < 2 < 'x' < 4


def power():
    return -'a' ** 2


def attribute_of_call():
    return len('abc').bit_length().nope


def fstring_multi():
    return f'''a
{1 / 0}
b'''


def string_concat():
    return ('a'
            'b'
            + 5)


def augmented_item():
    d = {'k': 'v'}
    d['k'] -= 1


def delete_attr():
    del sys.nothing_here


def unpack_nested():
    (a, b), c = (1, 2, 3), 4


def for_target():
    for a, b in [(1, 2), (3,)]:
        pass


def in_comprehension():
    return [a.b.c
            for a in [1]]


def matmul():
    return [1] @ [2]


def invert():
    return ~1.5 + 2


def boolean():
    return 1 and (2 or 3) and None.x


def raise_call():
    raise ValueError(1 / 0)


for name, f in list(globals().items()):
    if callable(f) and getattr(f, '__module__', '') == '__main__' and name != 'show':
        print('##', name)
        show(f)
