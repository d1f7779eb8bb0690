"""Carets for statements: assert, raise, for, with, unpacking, imports, decorators, class bodies, f-strings, comprehensions."""
import sys
import traceback


def show(f, *args):
    try:
        f(*args)
    except Exception:
        traceback.print_exc(file=sys.stdout)
        print('=' * 10)


def s_assert():
    assert 1 == 2, 'numbers differ'


def s_assert_plain():
    assert not 'text'


def s_raise():
    raise ValueError('direct')


def s_for():
    for x in 5:
        pass


def s_with():
    with 5 as x:
        pass


def s_unpack():
    a, b, c = [1, 2]


def s_unpack_more():
    a, *b, c = [1]


def s_import():
    import nothing_of_that_name


def s_from():
    from sys import nothing_of_that_name


def s_decorator():
    @5
    def f():
        pass


def s_class():
    class C(metaclass=lambda *a: 1 / 0):
        pass


def s_body():
    class C:
        x = 1
        y = x + 'a'


def s_fstring():
    n = 3
    return f'value {n:d} and {n + "x"} end'


def s_comp():
    return {k: v for k, v in [(1, 2), 5]}


def s_star():
    print(*5)


def s_kwargs():
    dict(**5)


def s_augmented():
    x = 'a'
    x -= 1


def s_default():
    def f(a=undefined):
        pass


def s_annotation():
    def f(a: undefined):
        pass


def s_lambda():
    g = lambda n: n / 0
    return g(3)


def s_conditional():
    return 'a' if undefined else 'b'


def s_long():
    return some_function_with_a_long_name_that_does_not_exist(1, 2, 3) + another_function_with_a_long_name_that_is_missing(4, 5, 6)


def s_multi():
    return dict(
        a=1,
        b=len(5),
        c=3,
    )


for name, f in list(globals().items()):
    if name.startswith('s_'):
        show(f)
