"""Plain recursion: fibonacci, tak, ackermann."""
import sys


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def tak(x, y, z):
    if y >= x:
        return z
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


sys.setrecursionlimit(20_000)
size = int(sys.argv[1]) if len(sys.argv) > 1 else 34
f = fib(size)
a, b = 0, 1
for _ in range(size):
    a, b = b, a + b
assert f == a
t = tak(18, 12, 6)
k = ackermann(2, 300) + ackermann(3, 6)
assert t == 7 and k == 603 + 509
print('recursion', size, f, t, k)
