"""Async generators: asend, athrow, aclose, finalisation hooks, misuse."""
import sys


def run(aw):
    it = aw.__await__() if hasattr(aw, '__await__') else aw
    ticks = 0
    try:
        while True:
            next(it)
            ticks += 1
    except StopIteration as e:
        return e.value
    except BaseException as e:
        return f'{type(e).__name__}({e})'


class Tick:
    def __await__(self):
        yield 'tick'


async def gen(n):
    try:
        for i in range(n):
            await Tick()
            got = yield i
            if got:
                print('got', got)
    except ValueError as e:
        print('caught', e)
        yield 'recovered'
    finally:
        await Tick()
        print('finally')


g = gen(3)
print(type(g).__name__, g.ag_running, g.ag_await, g.ag_code.co_name, g.__aiter__() is g)
print(run(g.__anext__()), run(g.asend('hello')), run(g.athrow(ValueError('v'))), run(g.asend(None)), run(g.__anext__()))
g = gen(3)
print(run(g.asend('not none')))
print(run(g.__anext__()), run(g.aclose()), run(g.__anext__()), run(g.aclose()))
g = gen(2)
print(run(g.aclose()), run(g.__anext__()))


async def collect(g):
    return [x async for x in g]


print(run(collect(gen(2))))


async def stubborn():
    try:
        yield 1
    finally:
        yield 2


g = stubborn()
print(run(g.__anext__()), run(g.aclose()))


async def stops():
    yield 1
    raise StopAsyncIteration


g = stops()
print(run(g.__anext__()), run(g.__anext__()))


async def stops2():
    yield 1
    raise StopIteration


g = stops2()
print(run(g.__anext__()), run(g.__anext__()))
g = gen(2)
a = g.__anext__()
print(a.send(None))
b = g.__anext__()
print(run(b))
print(run(a), run(a))
for args in [(5,), (ValueError, 1, 2), ('x',)]:
    print(run(g.athrow(*args)))
hooks = []


def first(g):
    hooks.append('first ' + g.__name__)


def final(g):
    hooks.append('final ' + g.__name__)
    run(g.aclose())


old = sys.get_asyncgen_hooks()
sys.set_asyncgen_hooks(firstiter=first, finalizer=final)
g = gen(3)
run(g.__anext__())
del g
print(hooks)
sys.set_asyncgen_hooks(*old)
print(sys.get_asyncgen_hooks())


async def use_anext():
    g = gen(1)
    print(await anext(g), await anext(g, 'default'))
    try:
        await anext(g)
    except StopAsyncIteration:
        print('exhausted')
    return aiter(g) is g


print(run(use_anext()))
for f in (lambda: anext(5), lambda: aiter(5), lambda: aiter([]), lambda: anext([]), lambda: iter(gen(1)), lambda: next(gen(1)), lambda: run(gen(1))):
    try:
        print(f())
    except TypeError as e:
        print(e)
del a, b
gen(1).send(None)
