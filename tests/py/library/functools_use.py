"""functools: partial, reduce, lru_cache, cached_property, total_ordering, wraps, singledispatch, cmp_to_key."""
import functools


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split(' at 0x')[0])


p = functools.partial(int, base=2)
print(p('101'), p.func, p.args, p.keywords, p('7', base=8), functools.partial(p, '11')(), functools.partial(functools.partial(max, 1), 5)(3), repr(functools.partial(print, 1, sep='-')).replace('built-in function ', ''))
show(lambda: functools.partial())
show(lambda: functools.partial(5))
show(lambda: p('zz'))
show(lambda: p(x=1))
q = functools.partial(dict, a=1)
q.attr = 5
print(q(b=2), q.attr, q.__dict__, q.keywords)
print(functools.reduce(lambda a, b: a * b, [1, 2, 3, 4]), functools.reduce(max, [3, 9, 2], 5), functools.reduce(lambda a, b: a, [], 'init'), functools.reduce(lambda a, b: a + [b], 'abc', []))
show(lambda: functools.reduce(max, []))
show(lambda: functools.reduce(max, 5))
show(lambda: functools.reduce(5, [1, 2]))
show(lambda: functools.reduce(max))
calls = []


@functools.lru_cache(maxsize=2)
def f(x, y=0, *args, **kw):
    calls.append((x, y))
    return x + y


print(f(1), f(1), f(2), f(3), f(1), f(1.0), f(1, y=0), f.cache_info(), len(calls), f.cache_parameters(), f.__wrapped__(5), f.__name__)
f.cache_clear()
print(f.cache_info())
show(lambda: f([]))
show(lambda: f())


@functools.lru_cache(typed=True)
def typed(x):
    return type(x).__name__


print(typed(1), typed(1.0), typed(True), typed.cache_info())


@functools.cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(100), fib.cache_info().currsize)
show(lambda: functools.lru_cache('x')(len))
show(lambda: functools.lru_cache(maxsize=-5)(lambda: 1).cache_info())
show(lambda: functools.lru_cache(maxsize=0)(lambda: 1).cache_info())


@functools.lru_cache(None)
def raising(x):
    raise ValueError(x)


show(lambda: raising(1))
show(lambda: raising.cache_info())


class C:
    count = 0

    @functools.cached_property
    def value(self):
        C.count += 1
        return C.count

    @functools.lru_cache
    def method(self, x):
        return x

    @functools.partialmethod
    def nothing(self):
        pass

    def power(self, base, exponent):
        return base ** exponent
    square = functools.partialmethod(power, exponent=2)

    @functools.singledispatchmethod
    def kind(self, x):
        return 'any'

    @kind.register
    def _(self, x: int):
        return 'int'


c = C()
print(c.value, c.value, vars(c), c.method(1), c.method(1), C.method.cache_info().hits, c.square(5), c.kind(1), c.kind('s'), C.value.attrname)
del c.value
print(c.value)


@functools.total_ordering
class V:
    def __init__(self, n):
        self.n = n

    def __eq__(self, o):
        return self.n == o.n

    def __lt__(self, o):
        return self.n < o.n


print(V(1) <= V(1), V(2) > V(1), V(1) >= V(2), V(1) != V(2))
show(lambda: functools.total_ordering(type('E', (), {})))


def deco(f):
    @functools.wraps(f)
    def w(*a):
        """wrapper doc"""
        return f(*a)
    return w


@deco
def named(a: int) -> str:
    """original doc"""


print(named.__name__, named.__doc__, named.__wrapped__.__name__, named.__annotations__, functools.WRAPPER_ASSIGNMENTS)


@functools.singledispatch
def d(x):
    return 'default'


@d.register(int)
def _(x):
    return 'int'


@d.register
def _(x: float | str):
    return 'float or str'


import collections.abc
d.register(collections.abc.Sequence, lambda x: 'sequence')
print(d(1), d(True), d(1.5), d('s'), d([]), d({}), d(None), sorted(k.__name__ for k in d.registry), d.dispatch(bool)(5))
show(lambda: d())
show(lambda: d.register(5))
show(lambda: d.register(lambda x: x))
cmp = functools.cmp_to_key(lambda a, b: len(a) - len(b))
print(sorted(['ccc', 'a', 'bb'], key=cmp), max(['x', 'yy'], key=cmp), cmp('a') < cmp('bb'), cmp('a').obj)
show(lambda: functools.cmp_to_key())
functools.reduce(lambda a, b: a / b, [1, 0])
