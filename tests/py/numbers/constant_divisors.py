# // and % by constants, which machine code makes multiplications of: against the same with divisors that no compiler knows.
import random


def by_constants(x):
    return [
        (3, x // 3, x % 3), (7, x // 7, x % 7), (10, x // 10, x % 10), (97, x // 97, x % 97), (1000, x // 1000, x % 1000),
        (16, x // 16, x % 16), (1, x // 1, x % 1), (-7, x // -7, x % -7), (-8, x // -8, x % -8), (32767, x // 32767, x % 32767),
        (65521, x // 65521, x % 65521), (1_000_003, x // 1_000_003, x % 1_000_003), (10 ** 9 + 7, x // (10 ** 9 + 7), x % (10 ** 9 + 7)),
        (1 << 40, x // (1 << 40), x % (1 << 40)), ((1 << 59) - 1, x // ((1 << 59) - 1), x % ((1 << 59) - 1)),
        ((1 << 60) + 3, x // ((1 << 60) + 3), x % ((1 << 60) + 3)), (-1_000_003, x // -1_000_003, x % -1_000_003),
        (10 ** 30, x // 10 ** 30, x % 10 ** 30)]


def divide(x, by):
    return x // by, x % by


random.seed(5)
numbers = [0, 1, -1, 2, -2, 3, -3, 6, 7, 8, -6, -7, -8, (1 << 62) - 1, -(1 << 62), 1 << 62, -(1 << 62) - 1, (1 << 61), -(1 << 61), 2 ** 63]
for by in 3, 7, 10, 97, 1000, 32767, 65521, 1_000_003, 10 ** 9 + 7, (1 << 59) - 1:
    for k in 1, 5, random.randrange(1 << 20), ((1 << 62) - 1) // by:
        numbers += [by * k, by * k - 1, by * k + 1, -by * k, -by * k - 1, -by * k + 1]
numbers += [random.randrange(-(1 << 62), 1 << 62) for i in range(1000)]
numbers += [random.randrange(-1000, 1000) for i in range(1000)]
total = 0
for x in numbers:
    for by, q, r in by_constants(x):
        assert (q, r) == divide(x, by) and q * by + r == x and (0 <= r < by or by < r <= 0), (x, by, q, r)
        total = (total * 31 + q + r) % 1_000_000_007
print(total)


def floats_then(x):
    return x % 7, x // 7, x % 1_000_003


print([floats_then(x) for x in [5] * 3 + [5.5, -5.5, True, -20] * 3])
for bad in 'x', None, [1]:
    try:
        floats_then(bad)
    except TypeError as e:
        print(e)


def zero(x):
    return x % 0


for i in range(5):
    try:
        zero(i)
    except ZeroDivisionError as e:
        print(e)


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


print(max(map(collatz, range(1, 3000))), sum(i % 13 for i in range(-5000, 5000)), sum(i // 13 for i in range(-5000, 5000)))
