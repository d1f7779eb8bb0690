"""What can be awaited: __await__ of all kinds, generators marked as coroutines, abstract classes, mixing rules."""
import collections.abc
import inspect
import types


def run(c):
    steps = []
    try:
        while True:
            steps.append(c.send(None))
    except StopIteration as e:
        return steps, e.value
    except Exception as e:
        return steps, f'{type(e).__name__}: {e}'


async def aw(x):
    return await x


class Gen:
    def __await__(self):
        x = yield 'gen'
        return 'gen result'


class Iter:
    def __await__(self):
        return iter(['a', 'b'])


class Empty:
    def __await__(self):
        return iter(())


class FromCoro:
    def __await__(self):
        return aw(Gen()).__await__()


class NotIter:
    def __await__(self):
        return 5


class ReturnsCoro:
    def __await__(self):
        return aw(Gen())


class Raises:
    def __await__(self):
        raise LookupError('in __await__')


class Instance:
    pass


class AsyncAwait:
    async def __await__(self):
        pass


inst = Instance()
inst.__await__ = lambda: iter([])


@types.coroutine
def marked():
    x = yield 'marked'
    return 'marked result'


@types.coroutine
def marked_plain():
    return iter(['not a generator'])


@types.coroutine
def marked_coro():
    return aw(Gen())


def plain_gen():
    yield 1


async def agen():
    yield 1


import warnings
warnings.simplefilter('ignore')
for x in (Gen(), Iter(), Empty(), FromCoro(), NotIter(), ReturnsCoro(), Raises(), inst, AsyncAwait(), marked(), marked_plain(), marked_coro(), plain_gen(), agen(), aw(Gen()), None, 5, 'x', [], aw, Gen, agen().__anext__(), agen().aclose(), object()):
    print(type(x).__name__, run(aw(x)), inspect.isawaitable(x), isinstance(x, collections.abc.Awaitable))
c = aw(Gen())
w = c.__await__()
print(type(w).__name__, next(w), type(w.send).__name__, inspect.getcoroutinestate(c))
try:
    w.send(None)
except StopIteration as e:
    print(e.value)
for f in (lambda: next(w), lambda: run(c), lambda: aw(5).__next__, lambda: iter(aw(5)), lambda: list(aw(5)), lambda: [*aw(5)], lambda: len(aw(5)), lambda: aw(5)(), lambda: (yield_from(aw(5)))):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def old():
    return (yield from aw(Gen()))


@types.coroutine
def old_marked():
    return (yield from aw(Gen()))


for g in old(), old_marked():
    try:
        print(next(g))
    except TypeError as e:
        print(e)


class Ab(collections.abc.Coroutine):
    def __init__(self):
        self.n = 0

    def send(self, v):
        self.n += 1
        if self.n > 2:
            raise StopIteration('abstract done')
        return self.n

    def throw(self, *a):
        raise a[0] if isinstance(a[0], BaseException) else a[0]()

    def __await__(self):
        return iter([7])


print(run(Ab()), run(aw(Ab())), isinstance(Ab(), collections.abc.Awaitable), Ab().close())
try:
    collections.abc.Coroutine()
except TypeError as e:
    print(e)
print([inspect.iscoroutinefunction(x) for x in (aw, marked, agen, plain_gen, len)], [inspect.isasyncgenfunction(x) for x in (aw, agen)], aw(1).__class__.__name__, aw.__code__.co_flags & 0x80 > 0, marked.__code__.co_flags & 0x100 > 0)
types.coroutine(5)
