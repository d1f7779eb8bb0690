"""Deep chains of generators, iterators and delegation."""
import itertools


def show(name, f):
    try:
        print(name, f())
    except RecursionError as e:
        print(name, 'RecursionError', str(e)[:32])


def pass_on(it):
    for x in it:
        yield x


def delegate(it):
    yield from it


def nest(f, n):
    it = iter(range(3))
    for _ in range(n):
        it = f(it)
    return it


show('for 300', lambda: list(nest(pass_on, 300)))
show('from 300', lambda: list(nest(delegate, 300)))
show('for deep', lambda: list(nest(pass_on, 5_000)))
show('from deep', lambda: list(nest(delegate, 5_000)))
show('map', lambda: list(nest(lambda it: map(int, it), 300)))
show('chain', lambda: list(nest(lambda it: itertools.chain(it), 300)))
show('genexp', lambda: list(nest(lambda it: (x for x in it), 300)))
show('genexp deep', lambda: list(nest(lambda it: (x for x in it), 5_000)))


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


print(sum(tree(10)))


def count(n):
    if n:
        yield n
        yield from count(n - 1)


print(sum(count(400)))
show('count', lambda: sum(count(5_000)))


def selfish():
    yield from selfish()


show('selfish', lambda: next(selfish()))


def running():
    yield next(me)


me = running()
try:
    next(me)
except ValueError as e:
    print(e)


async def coro(n):
    if n:
        return 1 + await coro(n - 1)
    return 0


def drive(c):
    try:
        c.send(None)
    except StopIteration as e:
        return e.value


show('coro', lambda: drive(coro(300)))
show('coro deep', lambda: drive(coro(5_000)))
drive(coro(5_000))
