"""Decorators: order, arguments, classes, stacked, any expression, on methods and classes."""
import functools

log = []


def deco(name):
    log.append(f'make {name}')

    def apply(f):
        log.append(f'apply {name} to {getattr(f, "__name__", f)}')
        return f
    return apply


@deco('a')
@deco('b')
def f(x=log.append('default')):
    pass


print(log)
log.clear()


@deco('class1')
@deco('class2')
class C:
    log.append('body')

    @deco('m')
    def m(self): pass

    @staticmethod
    @deco('s')
    def s(): return 's'

    @classmethod
    @property
    def cp(cls): return cls.__name__

    @property
    @deco('p')
    def p(self): return 'p'

    @p.setter
    def p(self, v): self.v = v


print(log, C.s(), C().p, C.cp)


@lambda f: f.__name__
def named(): pass


@[1, 2, deco('sub')][2]
def sub(): pass


@(yes := deco('walrus'))
def wal(): pass


@print
@str
@len
@(lambda f: [f] * 3)
def counted(): pass


print(named, counted)


def count_calls(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return f(*args, **kwargs)
    wrapper.calls = 0
    return wrapper


@count_calls
def add(a: int, b: int = 2) -> int:
    """adds"""
    return a + b


print(add(1), add(1, b=5), add.calls, add.__name__, add.__doc__, add.__wrapped__(1, 1), add.__annotations__)


class Deco:
    def __init__(self, f):
        self.f = f

    def __call__(self, *a):
        return 'deco', self.f(*a)

    def __get__(self, obj, cls):
        return functools.partial(self, obj)


class D:
    @Deco
    def m(self, x):
        return x


print(D().m(5), Deco(len)('abc'))


@functools.singledispatch
def show(x):
    return 'object'


@show.register
def _(x: int):
    return 'int'


@show.register(list)
@show.register(tuple)
def _(x):
    return 'sequence'


print(show(1), show('a'), show([]), show(()), show(True), show.dispatch(bool).__name__)


@None
def broken(): pass
