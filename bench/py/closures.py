"""Closures, higher-order functions, decorators, partial application, memoising."""
import functools
import sys


def counter():
    n = 0

    def bump(by):
        nonlocal n
        n += by
        return n
    return bump


def compose(*fs):
    def composed(x):
        for f in fs:
            x = f(x)
        return x
    return composed


def traced(f):
    calls = 0

    @functools.wraps(f)
    def wrapper(*args):
        nonlocal calls
        calls += 1
        return f(*args)
    wrapper.calls = lambda: calls
    return wrapper


def memo(f):
    cache = {}

    def wrapper(n):
        if n not in cache:
            cache[n] = f(n)
        return cache[n]
    return wrapper


@traced
def add(a, b):
    return a + b


@memo
def paths(n):
    return 1 if n < 2 else sum(paths(n - k) for k in (1, 2, 3) if n - k >= 0)


def church(n):
    def apply(f):
        def run(x):
            for _ in range(n):
                x = f(x)
            return x
        return run
    return apply


def run(n):
    bump = counter()
    for i in range(n):
        bump(i & 3)
    pipeline = compose(lambda x: x + 1, lambda x: x * 3, lambda x: x ^ 5, abs)
    total = 0
    for i in range(n):
        total += pipeline(i)
    partials = [functools.partial(add, k) for k in range(10)]
    for i in range(n // 2):
        total += partials[i % 10](i)
    total += functools.reduce(lambda a, b: (a * 31 + b) % 1_000_003, range(n), 7)
    adders = [lambda x, k=k: x + k for k in range(100)]
    for i in range(n // 100):
        for f in adders:
            i = f(i)
        total += i
    total += church(n)(lambda x: x + 2)(0)
    assert add.calls() == n // 2
    return bump(0), total, paths(200) % 1_000_003


size = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
bumped, total, ways = run(size)
assert bumped == sum(i & 3 for i in range(size))
print('closures', size, bumped, total, ways)
