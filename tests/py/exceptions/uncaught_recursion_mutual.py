"""Mutual recursion through methods, properties and operators, ended by the limit."""
import sys


class A:
    def __init__(self, other=None):
        self.other = other or B(self)

    @property
    def value(self):
        return self.other.value + 1


class B:
    def __init__(self, other):
        self.other = other

    @property
    def value(self):
        return -self

    def __neg__(self):
        return self.other.value


a = A()
for limit in 100, 300, 1000:
    sys.setrecursionlimit(limit + 50)
    try:
        a.value
    except RecursionError as e:
        depth = 0
        tb = e.__traceback__
        while tb:
            depth += 1
            tb = tb.tb_next
        print(limit, depth > limit // 2, str(e).startswith('maximum recursion depth exceeded'))
sys.setrecursionlimit(1000)


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)


print(even(400), odd(401))
try:
    even(10 ** 6)
except RecursionError:
    print('too deep')
print(even(400))
raise SystemError('after the recursion')
