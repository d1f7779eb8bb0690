"""Tracebacks through decorators, generated code, exec with and without source, lambdas, class bodies, generators."""
import functools
import linecache
import sys
import traceback


def deco(f):
    @functools.wraps(f)
    def wrapper(*args):
        return f(*args)
    return wrapper


@deco
@deco
def decorated(x):
    return x.missing


def show(f, *args):
    try:
        f(*args)
    except Exception as e:
        traceback.print_exc(file=sys.stdout)
        print([(s.name, s.lineno) for s in traceback.extract_tb(e.__traceback__)])


show(decorated, 5)
scope = {}
exec('def made(a):\n    b = a\n    return b / 0\n', scope)
show(scope['made'], 1)
source = 'def cached(a):\n    return [a][1]\n'
linecache.cache['<cached>'] = len(source), None, source.splitlines(True), '<cached>'
exec(compile(source, '<cached>', 'exec'), scope)
show(scope['cached'], 1)
show(lambda: (lambda: (lambda: 1 / 0)())())
show(eval, '1 + (2).x')
show(exec, 'x = 1\ny = x.z\n')
show(compile, 'a b', 'f', 'eval')
show(lambda: [(lambda v: v.a)(i) for i in range(1)])


def class_body():
    class A:
        x = 1

        class B:
            y = undefined_in_b


show(class_body)


def gen():
    yield from inner_gen()


def inner_gen():
    yield 1
    raise ValueError('in generator')


show(lambda: list(gen()))
show(lambda: sum(x.bad for x in [1]))
show(lambda: dict([(1, 2, 3)]))
show(lambda: sorted([3, 1], key=lambda v: v.k))
show(lambda: functools.reduce(lambda a, b: a + b, [1, 'x']))
show(functools.partial(int, 'zz'))


class Meta(type):
    def __call__(cls, *a):
        return super().__call__(*a)


class M(metaclass=Meta):
    def __init__(self, x):
        self.x = x.attr


show(M, 5)


class Desc:
    def __get__(self, obj, cls):
        raise RuntimeError('descriptor')


class UsesDesc:
    d = Desc()

    @property
    def p(self):
        return self.q

    def __getattr__(self, name):
        raise AttributeError(f'no {name}')

    def __add__(self, o):
        raise ArithmeticError('add')

    def __iter__(self):
        raise OSError('iter')

    def __len__(self):
        return 'x'


u = UsesDesc()
for f in (lambda: u.d, lambda: u.p, lambda: u + 1, lambda: list(u), lambda: len(u), lambda: [*u], lambda: u.method()):
    show(f)
scope['made'](5)
