"""async for, async with, async comprehensions, driven by hand."""


def run(coro):
    steps = 0
    try:
        while True:
            coro.send(None)
            steps += 1
    except StopIteration as e:
        return e.value, steps


class Tick:
    def __await__(self):
        yield


class Count:
    def __init__(self, n):
        self.i, self.n = 0, n

    def __aiter__(self):
        return self

    async def __anext__(self):
        await Tick()
        if self.i >= self.n:
            raise StopAsyncIteration
        self.i += 1
        return self.i


class Manager:
    def __init__(self, swallow=False):
        self.swallow = swallow

    async def __aenter__(self):
        await Tick()
        print('enter', end=' ')
        return 'value'

    async def __aexit__(self, kind, value, tb):
        await Tick()
        print('exit', kind.__name__ if kind else None, end=' ')
        return self.swallow


async def loops():
    out = []
    async for x in Count(3):
        if x == 2:
            continue
        out.append(x)
    else:
        out.append('else')
    async for x in Count(3):
        break
    else:
        out.append('never')
    return out, [x async for x in Count(3)], {x: x async for x in Count(2) if x > 1}, {x async for x in Count(1)}, [x + y async for x in Count(2) for y in [10, 20]], [await one(x) for x in (1, 2)]


async def one(x):
    await Tick()
    return x * 100


print(run(loops()))


async def withs():
    async with Manager() as a, Manager(True) as b:
        print(a, b, end=' ')
    async with Manager(True):
        raise ValueError('swallowed')
    try:
        async with Manager():
            raise KeyError('through')
    except KeyError as e:
        print('caught', e)
    for i in range(3):
        async with Manager():
            if i == 0:
                continue
            return i


print(run(withs()))


async def aloop(x):
    async for i in x:
        pass


async def awith(x):
    async with x:
        pass


class NotAsyncNext:
    def __aiter__(self):
        return self


class BadANext(NotAsyncNext):
    def __anext__(self):
        return 5


class BadAiter:
    def __aiter__(self):
        return 5


class OnlyEnter:
    async def __aenter__(self): pass


class SyncEnter:
    def __aenter__(self): return 5
    def __aexit__(self, *a): return 5


class Sync:
    def __enter__(self): pass
    def __exit__(self, *a): pass


class ExitBad(SyncEnter):
    async def __aenter__(self): pass


for f, x in [(aloop, 5), (aloop, [1]), (aloop, NotAsyncNext()), (aloop, BadANext()), (aloop, BadAiter()), (awith, 5), (awith, OnlyEnter()), (awith, SyncEnter()), (awith, Sync()), (awith, ExitBad())]:
    try:
        print(run(f(x)))
    except Exception as e:
        print(type(e).__name__, e)


async def gen_in_comp():
    g = (x async for x in Count(3))
    print(type(g).__name__)
    return [y async for y in g], [[y async for y in Count(x)] async for x in Count(2)]


print(run(gen_in_comp()))
run(aloop(None))
