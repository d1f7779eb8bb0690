"""Exception state inside generators: sys.exc_info, contexts, tracebacks, reraise."""
import sys
import traceback


def gen():
    print('start', sys.exc_info()[0])
    try:
        raise ValueError('own')
    except ValueError:
        yield sys.exc_info()[0].__name__
        print('resumed', sys.exc_info()[0].__name__)
    print('after', sys.exc_info()[0])
    yield 2


try:
    raise KeyError('outer')
except KeyError:
    g = gen()
    print(next(g), sys.exc_info()[0].__name__)
print(sys.exc_info())
print(next(g), list(g))


def ctx():
    try:
        yield
    except TypeError:
        raise IndexError('converted')


g = ctx()
next(g)
try:
    try:
        raise KeyError('first')
    except KeyError:
        g.throw(TypeError('second'))
except IndexError as e:
    chain = []
    while e:
        chain.append(repr(e))
        e = e.__context__
    print(chain)


def fin():
    try:
        yield 1
    finally:
        print('finally sees', sys.exc_info()[0])


for kind in ValueError, None:
    g = fin()
    next(g)
    try:
        g.throw(kind('t')) if kind else g.close()
    except ValueError as e:
        print('came out', e)


def ret_in_finally():
    try:
        yield 1
    finally:
        return 'swallowed'


g = ret_in_finally()
next(g)
try:
    g.throw(ValueError)
except StopIteration as e:
    print(e.value)


def level3():
    yield 1
    raise OSError('deep')


def level2():
    yield from level3()


def level1():
    for x in level2():
        yield x


g = level1()
next(g)
try:
    next(g)
except OSError:
    traceback.print_exc(file=sys.stdout)
try:
    g = level1()
    next(g)
    g.throw(RuntimeError('injected'))
except RuntimeError:
    traceback.print_exc(file=sys.stdout)


def reraise():
    try:
        yield
    except Exception:
        yield 'paused in handler'
        raise


g = reraise()
next(g)
print(g.throw(LookupError('kept')))
next(g)
