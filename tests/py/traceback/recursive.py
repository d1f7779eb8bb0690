"""Long tracebacks fold repeated lines."""
import sys
import traceback


def direct(n):
    return direct(n + 1)


def ping(n):
    return pong(n)


def pong(n):
    if n == 0:
        raise ValueError('bottom')
    return ping(n - 1)


def down(n):
    if n == 0:
        raise KeyError('end')
    down(n - 1)


def show(f, *args):
    try:
        f(*args)
    except Exception as e:
        text = traceback.format_exc()
        lines = text.splitlines()
        print(len(lines) if not isinstance(e, RecursionError) else '')
        for line in lines[:12] + ['.....'] + lines[-6:]:
            if 'more times' in line and isinstance(e, RecursionError):
                line = '[Previous line repeated N more times]'
            print(line)


show(down, 2)
show(down, 3)
show(down, 4)
show(down, 50)
show(pong, 10)
show(direct, 0)
print(sys.getrecursionlimit())
sys.setrecursionlimit(200)
show(direct, 0)
down(30)
