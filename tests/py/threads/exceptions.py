"""Exceptions in threads: the hook, sys.exc_info per thread, recursion, SystemExit, joining, threading.excepthook."""
import sys
import threading
import traceback

lock = threading.Lock()
seen = []


def hook(args):
    seen.append((args.thread.name, args.exc_type.__name__, str(args.exc_value), traceback.extract_tb(args.exc_traceback)[-1].name))


def start(f, name):
    t = threading.Thread(target=f, name=name)
    t.start()
    t.join()
    return t


old = threading.excepthook
threading.excepthook = hook


def value_error():
    raise ValueError('v')


def deep():
    def level(n):
        if n == 0:
            raise KeyError('deep')
        level(n - 1)
    level(20)


def recursion():
    recursion()


def system_exit():
    sys.exit(5)


def chained():
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise RuntimeError('chained') from e


def interrupt():
    raise KeyboardInterrupt('in thread')


for f in value_error, deep, recursion, system_exit, chained, interrupt:
    t = start(f, f.__name__)
    print(f.__name__, t.is_alive())
for s in seen:
    print(s if s[1] != 'RecursionError' else s[:2] + (s[2][:32], s[3]))
states = []


def own_state():
    states.append(sys.exc_info()[0])
    try:
        raise OSError('mine')
    except OSError:
        inner = threading.Thread(target=lambda: states.append(sys.exc_info()[0]))
        inner.start()
        inner.join()
        states.append(sys.exc_info()[0].__name__)


try:
    raise ValueError('main')
except ValueError:
    start(own_state, 'state')
    states.append(sys.exc_info()[0].__name__)
print(states)


def bad_hook(args):
    raise RuntimeError('hook failed')


threading.excepthook = bad_hook
err, sys.stderr = sys.stderr, None
start(value_error, 'quiet')
sys.stderr = err
threading.excepthook = old
print('after bad hook')
results = []


def finally_runs():
    try:
        try:
            raise ValueError
        finally:
            results.append('finally')
    except ValueError:
        results.append('except')


class Manager:
    def __enter__(self):
        results.append('enter')

    def __exit__(self, *a):
        results.append('exit')


def with_lock():
    try:
        with lock, Manager():
            raise KeyError
    except KeyError:
        results.append(lock.locked())


start(finally_runs, 'f')
start(with_lock, 'w')
print(results)
limits = []


def low_limit():
    limits.append(sys.getrecursionlimit())


sys.setrecursionlimit(1500)
start(low_limit, 'l')
print(limits)


def traced():
    return sum(range(3))


counts = []
threading.setprofile(lambda *a: counts.append(a[1]))
start(traced, 'p')
threading.setprofile(None)
print('call' in counts, 'c_call' in counts)
t = threading.Thread(target=value_error, name='uncaught')
t.start()
t.join()
