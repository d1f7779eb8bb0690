"""send, throw, close, return values and states of generators."""
import inspect


def show(f, *args):
    try:
        print('->', f(*args))
    except BaseException as e:
        print(type(e).__name__, e, getattr(e, 'value', ''))


def echo():
    try:
        while True:
            try:
                got = yield
                print('got', got)
            except ValueError as e:
                print('caught', e)
                got = yield 'recovered'
    finally:
        print('cleanup')


g = echo()
print(inspect.getgeneratorstate(g))
show(g.send, 1)
show(next, g)
print(inspect.getgeneratorstate(g), g.gi_running, g.gi_yieldfrom)
show(g.send, 'hi')
show(g.throw, ValueError('v'))
show(g.throw, ValueError)
show(g.throw, ValueError, 'with text')
show(next, g)
show(g.close)
show(next, g)
show(g.close)
show(g.throw, KeyError('after'))
print(inspect.getgeneratorstate(g), g.gi_frame)
g = echo()
show(g.close)
g = echo()
show(g.throw, TypeError('unstarted'))
show(next, g)


def stubborn():
    while True:
        try:
            yield 1
        except GeneratorExit:
            print('refusing')
            yield 2
            return


g = stubborn()
next(g)
show(g.close)
show(g.close)


def returns():
    yield 1
    return 'value'


g = returns()
next(g)
show(next, g)
show(next, g)


def stop():
    yield 1
    raise StopIteration('inside')


g = stop()
next(g)
try:
    next(g)
except RuntimeError as e:
    print(e, repr(e.__cause__), e.__cause__ is e.__context__)


def stop_next():
    yield next(iter([]))


show(next, stop_next())
show(list, stop_next())
g = returns()
for bad in [(5,), (ValueError, 1, 2), ('x',), (ValueError('a'), 'b'), (int,), ()]:
    show(g.throw, *bad)
show(g.send)
show(g.send, 1, 2)
show(type(g))
print(type(g).__name__, g.__name__, g.__qualname__, iter(g) is g, g.gi_code.co_name)
g.__name__ = 'renamed'
show(setattr, g, '__name__', 5)
print(g.__name__, repr(g).startswith('<generator object returns at'))
g.gi_running = 1
