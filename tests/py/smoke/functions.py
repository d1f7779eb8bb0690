"""Defaults, keywords, closures, recursion, lambdas, decorators, docstrings."""


def greet(name, greeting='hello', *rest, punctuation='!', **extra):
    """Say hello."""
    return f'{greeting} {name}{punctuation}' + (f' {rest}' if rest else '') + (f' {extra}' if extra else '')


print(greet('ann'), greet('bob', 'hi'), greet('cid', punctuation='?'), greet('d', 'e', 'f', 'g', h=1), greet(*['x', 'y'], **{'punctuation': '.'}))
print(greet.__name__, greet.__doc__, greet.__defaults__, greet.__kwdefaults__)


def fact(n):
    return 1 if n <= 1 else n * fact(n - 1)


def counter():
    n = 0

    def inc():
        nonlocal n
        n += 1
        return n
    return inc


c, d = counter(), counter()
print(fact(10), fact(30), c(), c(), d(), (lambda x, y=2: x ** y)(5), list(map(lambda s: s[::-1], ['ab', 'cd'])))


def twice(f):
    def wrapper(*a):
        return f(f(*a))
    return wrapper


@twice
def plus3(x):
    return x + 3


print(plus3(1), plus3.__name__)


def accumulate(x, into=[]):
    into.append(x)
    return into


print(accumulate(1), accumulate(2), accumulate(3, []))


def multiple():
    return 1, 'two', [3]


a, b, c = multiple()
print(a, b, c, multiple())


def nothing():
    pass


print(nothing(), callable(nothing), [f(4) for f in (abs, float, str, bool)])


def outer():
    x = 'outer'

    def inner():
        return x
    x = 'changed'
    return inner()


print(outer())


def compose(*fs):
    def run(v):
        for f in fs:
            v = f(v)
        return v
    return run


print(compose(str, len, lambda n: n * 10)(12345))
for bad in (lambda: greet(), lambda: fact('x'), lambda: fact(1, 2), lambda: plus3('a'), lambda: undefined_function()):
    try:
        bad()
    except (TypeError, NameError) as e:
        print(type(e).__name__, e)
greet('a', name='b')
