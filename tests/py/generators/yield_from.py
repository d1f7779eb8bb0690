"""Delegation to generators, iterators and objects; throw and close passed on."""


class Iter:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration('iter result')
        return self.n


class Full(Iter):
    def send(self, v):
        print('send', v)
        return next(self)

    def throw(self, *exc):
        print('throw', [type(e).__name__ if isinstance(e, BaseException) else e for e in exc])
        raise StopIteration('thrown')

    def close(self):
        print('close')


def delegate(it):
    r = yield from it
    print('result', r)
    return r


print(list(delegate(Iter(3))), list(delegate([1, 2])), list(delegate('')))
g = delegate(Full(5))
print(next(g), g.send('x'), g.send(None))
try:
    g.throw(ValueError('v'))
except StopIteration as e:
    print('stop', e.value)
g = delegate(Full(5))
next(g)
g.close()
g = delegate(Iter(3))
next(g)
for attempt in (lambda: g.send(1), lambda: g.throw(KeyError('k'))):
    try:
        attempt()
    except Exception as e:
        print(type(e).__name__, e)
    g = delegate(Iter(3))
    next(g)


def inner():
    try:
        x = yield 'a'
        print('inner got', x)
        yield 'b'
    except KeyError as e:
        print('inner caught', e)
        yield 'c'
    finally:
        print('inner done')
    return 'inner value'


def middle():
    r = yield from inner()
    return 'middle ' + r


def outer():
    r = yield from middle()
    yield r


g = outer()
print(next(g), g.send(5), g.gi_yieldfrom.gi_yieldfrom.gi_code.co_name)
print(g.throw(KeyError('thrown')), list(g))
g = outer()
next(g)
g.close()
try:
    next(delegate(5))
except TypeError as e:
    print(e)


def swallow():
    try:
        yield from inner()
    except GeneratorExit:
        print('outer exit')
        raise


g = swallow()
next(g)
del g


def multi():
    a = yield from [1]
    b = yield from (x for x in 'p')
    c = yield from range(2)
    return a, b, c


g = multi()
print(list(g))
e = delegate(inner())
next(e)


def bad_return():
    return (yield from ((yield 1), 2))


print(list(bad_return()))
e.throw(RuntimeError('unhandled'))
