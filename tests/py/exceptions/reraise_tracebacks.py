"""Tracebacks grow as exceptions pass frames; raise, raise e, with_traceback and sys.exc_info."""
import sys
import traceback


def names(e):
    return [(f.name, f.lineno) for f in traceback.extract_tb(e.__traceback__)]


def a():
    raise ValueError('x')


def b():
    try:
        a()
    except ValueError:
        raise


def c():
    try:
        b()
    except ValueError as e:
        raise e


def d():
    try:
        c()
    except ValueError as e:
        raise e.with_traceback(None)


for f in a, b, c, d:
    try:
        f()
    except ValueError as e:
        print(f.__name__, names(e))
saved = None


def stored():
    global saved
    if saved is None:
        saved = KeyError('stored')
    raise saved


for _ in range(3):
    try:
        stored()
    except KeyError as e:
        print(names(e))
print(sys.exc_info())
try:
    a()
except ValueError:
    kind, value, tb = sys.exc_info()
    print(kind.__name__, value, tb is value.__traceback__, sys.exception() is value)

    def inner():
        return sys.exc_info()[1], sys.exception()
    print(inner())
    try:
        {}['k']
    except KeyError:
        print(repr(sys.exception()))
    print(repr(sys.exception()))
print(sys.exception())
del tb, value


def lines():
    x = 1
    try:
        y = 2
        a()
    finally:
        z = 3
        print('finally')


try:
    lines()
except ValueError as e:
    print(names(e))


def loop():
    for i in range(3):
        try:
            if i == 2:
                raise StopIteration(i)
        except StopIteration as e:
            first = e
    raise first


try:
    loop()
except StopIteration as e:
    print(names(e))
try:
    exec('def dyn():\n\n  raise OSError\ndyn()')
except OSError as e:
    print(names(e))
try:
    list(map(lambda x: x / 0, [1]))
except ZeroDivisionError as e:
    print(names(e))
try:
    sorted([1, 2], key=lambda x: x.nope)
except AttributeError as e:
    print(names(e))
try:
    import json
    json.loads('{bad')
except ValueError as e:
    print([n for n, _ in names(e)][:4], e)
c()
