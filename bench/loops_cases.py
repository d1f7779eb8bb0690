"""Plain loops for bench/settings.py: what the JIT does for ints, floats, attributes, calls..., a few milliseconds each."""
from timing import case, run_cases

ROUNDS = 100_000


@case('ints')
def ints():
    def run():
        a, b = 0, 1
        for i in range(ROUNDS):
            a = (a + b * 3) & 0xffff
            b ^= i
            if a > b:
                b += 1
        return a
    return run


@case('ints.divided')
def divided():
    def run():
        s = 0
        for i in range(ROUNDS):
            s = (s * 31 + i) % 1_000_003 + i // 7
        return s
    return run


@case('floats')
def floats():
    def run():
        x, y = 0.5, 1.0
        for _ in range(ROUNDS):
            x = x * 0.5 + y * 0.5
            y = 3.0 - x * 0.25
            if x > y:
                y = x + 1.5
        return x
    return run


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def move(self, by):
        self.x += by
        return self.x

    @property
    def sum(self):
        return self.x + self.y


@case('attributes')
def attributes():
    def run():
        p = Point(1, 2)
        for i in range(ROUNDS):
            p.x = p.x + p.y
            p.y = i
            if p.x > 1_000_000:
                p.x = 0
        return p.x
    return run


def add(a, b):
    return a + b


def twice(a, b=1, *, c=2):
    return add(a, b) + add(b, c)


@case('calls')
def calls():
    def run():
        s = 0
        for i in range(ROUNDS):
            s = add(s, i)
        return s
    return run


@case('calls.nested')
def nested():
    def run():
        s = 0
        for i in range(ROUNDS):
            s = twice(i, s) & 255
        return s
    return run


@case('calls.methods')
def methods():
    def run():
        p = Point(1, 2)
        for i in range(ROUNDS):
            p.move(i)
        return p.x
    return run


@case('calls.closures')
def closures():
    def outer(n):
        def inner(x):
            return x + n
        return inner

    def run():
        f, s = outer(3), 0
        for i in range(ROUNDS):
            s += f(i)
        return s
    return run


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@case('calls.recursion')
def recursion():
    return lambda: fibonacci(20)


@case('calls.properties')
def properties():
    def run():
        p, s = Point(1, 2), 0
        for _ in range(ROUNDS):
            s += p.sum
        return s
    return run


@case('calls.natives')
def natives():
    def run():
        items, s = [1, 2, 3], 0
        for i in range(ROUNDS):
            s += len(items) + abs(i)
        return s
    return run


@case('instances')
def instances():
    def run():
        for i in range(ROUNDS):
            p = Point(i, 1)
        return p
    return run


@case('generators')
def generators():
    def count(n):
        i = 0
        while i < n:
            yield i
            i += 1

    def run():
        s = 0
        for i in count(ROUNDS):
            s += i
        return s
    return run


run_cases()
