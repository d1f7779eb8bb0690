"""AsyncExitStack, asynccontextmanager, aclosing, driven by hand."""
import contextlib


def run(coro):
    try:
        while True:
            coro.send(None)
    except StopIteration as e:
        return e.value


class Tick:
    def __await__(self):
        yield


@contextlib.asynccontextmanager
async def resource(name, swallow=False):
    print('open', name)
    await Tick()
    try:
        yield name
    except ValueError as e:
        print(name, 'saw', e)
        if not swallow:
            raise
    finally:
        await Tick()
        print('close', name)


async def simple():
    async with resource('a') as a, resource('b') as b:
        print(a, b)
    return 'done'


async def failing(swallow):
    async with resource('outer', swallow):
        async with resource('inner'):
            raise ValueError('boom')
    return 'swallowed'


async def stack():
    async with contextlib.AsyncExitStack() as s:
        x = await s.enter_async_context(resource('one'))
        s.push_async_callback(callback, 'async cb')
        s.callback(print, 'sync cb')
        y = s.enter_context(contextlib.nullcontext('null'))
        z = await s.enter_async_context(resource('two'))
        print(x, y, z)
        return 'from stack'


async def callback(text):
    await Tick()
    print('callback', text)


async def stack_error():
    async with contextlib.AsyncExitStack() as s:
        await s.enter_async_context(resource('swallower', True))
        s.push_async_exit(lambda *exc: passing(*exc))
        raise ValueError('in stack')
    return 'survived'


async def passing(kind, value, tb):
    print('exit got', kind.__name__)
    return False


async def moved():
    s = contextlib.AsyncExitStack()
    await s.enter_async_context(resource('moved'))
    t = s.pop_all()
    await s.aclose()
    print('still open')
    await t.aclose()


async def gen():
    try:
        yield 1
        yield 2
    finally:
        print('generator closed')


async def closing():
    async with contextlib.aclosing(gen()) as g:
        async for x in g:
            print(x)
            break
    print('after')


@resource('deco')
async def decorated(x):
    print('body', x)
    return x


@contextlib.asynccontextmanager
async def no_yield():
    return
    yield


@contextlib.asynccontextmanager
async def two_yields():
    yield 1
    yield 2


async def misuse(cm):
    async with cm:
        pass


print(run(simple()))
print(run(failing(True)))
for f in (lambda: failing(False), lambda: misuse(no_yield()), lambda: misuse(two_yields()), lambda: misuse(5), lambda: misuse(contextlib.nullcontext()), lambda: misuse(open('/dev/null'))):
    try:
        print(run(f()))
    except Exception as e:
        print(type(e).__name__, e)
print(run(stack()), run(stack_error()))
run(moved())
run(closing())
print(run(decorated(5)))


async def bad_enter():
    async with contextlib.AsyncExitStack() as s:
        await s.enter_async_context(5)


async def timeout_like():
    cm = resource('manual')
    await cm.__aenter__()
    try:
        return await cm.__aexit__(None, None, None)
    finally:
        print('finished')


print(run(timeout_like()))
run(bad_enter())
