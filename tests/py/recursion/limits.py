"""sys.setrecursionlimit and what it rules."""
import sys


def depth(n=0):
    try:
        return depth(n + 1)
    except RecursionError:
        return n


def show(f):
    try:
        print(f())
    except (RecursionError, ValueError, OverflowError, TypeError) as e:
        print(type(e).__name__, e)


print(sys.getrecursionlimit())
base = depth()
print(900 < base < 1000)
sys.setrecursionlimit(500)
print(400 < depth() < 500, sys.getrecursionlimit())
sys.setrecursionlimit(5000)
print(4900 < depth() < 5000)
show(lambda: sys.setrecursionlimit(0))
show(lambda: sys.setrecursionlimit(-5))
show(lambda: sys.setrecursionlimit('a'))
show(lambda: sys.setrecursionlimit(1 << 40))
show(lambda: sys.setrecursionlimit(1.5))
show(lambda: sys.setrecursionlimit())


def low():
    sys.setrecursionlimit(1)


def nested(n):
    if n:
        return nested(n - 1)
    try:
        sys.setrecursionlimit(10)
    except RecursionError as e:
        return str(e).split(' at the recursion depth')[0]


print(nested(50))
print(sys.getrecursionlimit())
sys.setrecursionlimit(30_000)


def down(n):
    return 0 if n == 0 else 1 + down(n - 1)


print(down(25_000))


def gen(n):
    if n:
        yield from gen(n - 1)
    yield n


print(sum(1 for _ in gen(5_000)))
sys.setrecursionlimit(1000)
import functools


@functools.lru_cache(None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(300))
compose = lambda f, g: lambda x: f(g(x))
f = functools.reduce(compose, [lambda x: x + 1] * 400)
print(f(0))
down(2_000)
