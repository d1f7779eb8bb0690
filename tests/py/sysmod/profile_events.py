"""sys.setprofile: Python and C calls, returns, exceptions."""
import sys

log = []


def profiler(frame, event, arg):
    name = frame.f_code.co_name
    if event.startswith('c_'):
        arg = arg.__name__
    elif event == 'return':
        arg = repr(arg)[:20]
    log.append((event, name, arg))


def run(f):
    log.clear()
    sys.setprofile(profiler)
    try:
        f()
    except Exception as e:
        pass
    finally:
        sys.setprofile(None)
    print(f.__name__, [e for e in log if not (e[0].startswith('c_') and e[2] == 'setprofile') and e[1] != 'run'])


def plain():
    return inner(1)


def inner(x):
    return x


def builtins_called():
    len([1])
    [].append(2)
    'a'.upper()
    return max(1, 2)


def c_raises():
    [].pop()


def py_raises():
    raise ValueError


def catches():
    try:
        c_raises()
    except IndexError:
        return 'ok'


def generator():
    def g():
        yield 1
        yield 2
    return sum(g())


def callback():
    return list(map(inner, [1, 2]))


def constructs():
    class C:
        def __init__(self):
            self.x = 1
    return C() is not None


for f in plain, builtins_called, c_raises, py_raises, catches, generator, callback, constructs:
    run(f)
print(sys.getprofile())


def failing(frame, event, arg):
    raise KeyError('profiler failed')


sys.setprofile(failing)
try:
    inner(1)
except KeyError as e:
    print(e, sys.getprofile())
sys.setprofile(None)
counts = {}


def counter(frame, event, arg):
    counts[event] = counts.get(event, 0) + 1


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


sys.setprofile(counter)
fib(10)
sys.setprofile(None)
print(counts['call'], counts['return'])
try:
    sys.setprofile()
except TypeError as e:
    print(e)
sys.setprofile(5)
fib(1)
