"""Exceptions, finally blocks, cancellation and contexts across awaits."""
import sys
import traceback


class Suspend:
    def __init__(self, tag):
        self.tag = tag

    def __await__(self):
        return (yield self.tag)


def drive(coro, *inputs):
    out = []
    value = None
    inputs = list(inputs)
    try:
        while True:
            if isinstance(value, BaseException):
                out.append(coro.throw(value))
            else:
                out.append(coro.send(value))
            value = inputs.pop(0) if inputs else None
    except StopIteration as e:
        out.append(('returned', e.value))
    except BaseException as e:
        out.append((type(e).__name__, str(e), repr(e.__context__)))
    return out


log = []


async def inner(n):
    try:
        got = await Suspend(f'inner {n}')
        log.append(got)
        if got == 'raise':
            raise ValueError(f'in {n}')
        return n * 10
    except KeyError as e:
        log.append(f'inner caught {e}')
        return 'recovered'
    finally:
        log.append(f'inner {n} finally')
        await Suspend('cleanup')


async def outer(*ns):
    results = []
    try:
        for n in ns:
            results.append(await inner(n))
    except ValueError as e:
        results.append(f'outer caught {e}')
        raise RuntimeError('converted') from e
    else:
        results.append('else')
    finally:
        log.append(('outer', results))
    return results


for inputs in [(), ('a', None, 'b'), ('raise',), (KeyError('k'),), (None, TypeError('in cleanup')), (GeneratorExit(),), (KeyboardInterrupt(),), (StopIteration('si'),), (StopAsyncIteration(),)]:
    log.clear()
    print(inputs, drive(outer(1, 2), *inputs))
    print('   ', log)


async def tb():
    await level1()


async def level1():
    return await level2(5)


async def level2(x):
    await Suspend('before')
    return x / 0


c = tb()
c.send(None)
try:
    c.send(None)
except ZeroDivisionError:
    traceback.print_exc(file=sys.stdout)


async def context():
    try:
        raise ValueError('handled')
    except ValueError:
        await Suspend(repr(sys.exception()))
        return repr(sys.exception())


try:
    raise OSError('outside')
except OSError:
    c = context()
    print(c.send(None), repr(sys.exception()))
    try:
        c.send(None)
    except StopIteration as e:
        print(e.value, repr(sys.exception()))


async def suppress():
    try:
        await Suspend(1)
    except BaseException as e:
        return f'swallowed {type(e).__name__}'


c = suppress()
c.send(None)
try:
    c.throw(GeneratorExit)
except StopIteration as e:
    print(e.value)
c = suppress()
c.send(None)
print(c.close())


async def stubborn():
    while True:
        try:
            await Suspend('again')
        except GeneratorExit:
            pass


c = stubborn()
c.send(None)
try:
    c.close()
except RuntimeError as e:
    print(e)
sys.unraisablehook = lambda u: print('unraisable', u.exc_value)
del c
print('deleted')


async def returns_in_finally():
    try:
        await Suspend('x')
    finally:
        return 'finally'


print(drive(returns_in_finally(), ValueError('lost')))
drive(outer(1))
c = outer(3)
c.send(None)
c.throw(ArithmeticError('uncaught'))
