"""Coroutines driven by hand: await, return values, errors, states."""
import inspect
import sys
import types


class Pause:
    def __init__(self, v):
        self.v = v

    def __await__(self):
        got = yield self.v
        return got


def run(coro, *sends):
    log = []
    value = None
    sends = list(sends)
    try:
        while True:
            log.append(coro.send(value))
            value = sends.pop(0) if sends else None
    except StopIteration as e:
        return log, e.value


async def add(a, b):
    x = await Pause(a)
    y = await Pause(b)
    return x, y, a + b


async def outer():
    first = await add(1, 2)
    second = await add(3, 4)
    return first, second


print(run(add(1, 2), 'x', 'y'), run(outer(), *'abcd'))
c = add(1, 2)
print(inspect.getcoroutinestate(c), c.cr_running, c.cr_await, c.cr_origin, c.__name__, c.cr_code.co_name)
c.send(None)
print(inspect.getcoroutinestate(c), type(c.cr_await).__name__, inspect.iscoroutine(c), inspect.isawaitable(c))
c.close()
print(inspect.getcoroutinestate(c))


def show(f):
    try:
        print(f())
    except BaseException as e:
        print(type(e).__name__, e)


show(lambda: c.send(None))
show(lambda: iter(add(1, 2)))
show(lambda: next(add(1, 2)))
show(lambda: run(awaits(5)))
show(lambda: run(awaits('x')))


async def awaits(x):
    return await x


class BadAwait:
    def __await__(self):
        return 5


class CoroAwait:
    def __await__(self):
        return add(1, 2)


show(lambda: run(awaits(5)))
show(lambda: run(awaits(BadAwait())))
show(lambda: run(awaits(CoroAwait())))
show(lambda: run(awaits(Pause('p')), 'sent'))
cc = add(5, 6)
show(lambda: run(awaits(cc)))
show(lambda: run(awaits(cc)))


@types.coroutine
def old_style():
    x = yield 'old'
    return x


show(lambda: run(awaits(old_style()), 'res'))


async def catches():
    try:
        await Pause(1)
    except ValueError as e:
        return 'caught ' + str(e)
    finally:
        await Pause('cleanup')


c = catches()
c.send(None)
print(c.throw(ValueError('v')))
show(lambda: c.send(None))
show(lambda: type(c.__await__()).__name__)
show(lambda: hasattr(c, '__iter__'))
import warnings
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter('always')
    add(1, 2)
    print([str(x.message) for x in w])
for source in ['await x', 'async def f(): yield from x', 'def f(): await x', 'async def f(): return [await x for x in y]', 'def f(): return [await x for x in y]', 'async with x: pass', 'async for x in y: pass', 'def f():\n async with x: pass', 'async def f():\n yield 1\n return 2', 'async def f(): await', 'await = 1', 'async = 1', 'lambda: await x', 'async def f(): lambda: await x', 'async def f(a=await b): pass', 'async lambda: 1']:
    try:
        compile(source, 's', 'exec')
        print('ok', source)
    except SyntaxError as e:
        print(repr(source), e.msg)
run(awaits(5))
