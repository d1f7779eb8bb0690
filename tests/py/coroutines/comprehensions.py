"""Asynchronous comprehensions in all positions, mixed with synchronous clauses and awaits."""


class Tick:
    def __await__(self):
        yield


def run(coro):
    n = 0
    try:
        while True:
            coro.send(None)
            n += 1
    except StopIteration as e:
        return e.value, n


async def arange(n):
    for i in range(n):
        await Tick()
        yield i


async def double(x):
    await Tick()
    return x * 2


async def pred(x):
    await Tick()
    return x % 2


async def main():
    print([x async for x in arange(3)], {x async for x in arange(2)}, {x: -x async for x in arange(3)}, [x async for x in arange(5) if x > 2])
    print([await double(x) for x in range(3)], [await double(x) async for x in arange(3)], [x for x in range(5) if await pred(x)], [x async for x in arange(5) if await pred(x)])
    print([(x, y) async for x in arange(2) for y in 'ab'], [(x, y) for x in 'ab' async for y in arange(2)], [(x, y) async for x in arange(2) async for y in arange(x + 1)])
    print([[y async for y in arange(x)] for x in range(3)], [[y for y in range(x)] async for x in arange(3)], {await double(1): await double(2)}, (await double(3), [await double(4)]))
    g = (x async for x in arange(3))
    print([y async for y in g], [y async for y in g], type(g).__name__)
    h = (await double(x) for x in range(3))
    print(type(h).__name__, [v async for v in h])
    print(sum([x async for x in arange(4)]), max([await double(x) for x in (3, 1)]), dict([(k, v) async for k, v in pairs()]), f'{await double(21)} {[x async for x in arange(2)]}')
    total = 0
    async for x in arange(10):
        if x == 2:
            continue
        if x > 4:
            break
        total += x
    else:
        total = -1
    print(total, [last := x async for x in arange(3)], last)
    print(await double(await double(await double(1))), (await double(1)) if await pred(1) else await double(5), [await double(x) for x in (await double(1), 5) if not await pred(x)], await double(1) < await double(2) < await double(3), not await pred(2))
    d = {'k': 0}
    d['k'] += await double(4)
    a, *b = [x async for x in arange(3)]
    print(d, a, b, (lambda: [1])(), [f async for f in closures()])
    fs = [lambda: x async for x in arange(3)]
    print([f() for f in fs])
    try:
        [1 / x async for x in arange(3)]
    except ZeroDivisionError as e:
        print(e)
    try:
        [x async for x in [1, 2]]
    except TypeError as e:
        print(e)
    try:
        [x for x in arange(2)]
    except TypeError as e:
        print(e)
    return 'done'


async def pairs():
    yield 'a', 1
    yield 'b', 2


async def closures():
    n = 10
    for x in [n + y async for y in arange(2)]:
        yield x


print(run(main()))
for source in ['async def f(): [x async for x in y]', 'def f(): [x async for x in y]', 'def f(): (x async for x in y)', '[x async for x in y]', 'async def f(): lambda: [x async for x in y]', 'async def f():\n def g(): return [await x for x in y]', 'async def f(): {await x: 1 for x in y}', 'async def f(): [[x async for x in y] for y in z]', 'def f(): return (await x for x in y)', 'class C: [x async for x in y]', 'lambda: (x async for x in y)', 'async def f(): [x async y]', 'async def f(): [async x for x in y]']:
    try:
        compile(source, 's', 'exec')
        print('ok ', repr(source))
    except SyntaxError as e:
        print(repr(source), '->', e.msg)
run((x async for x in arange(1)))
