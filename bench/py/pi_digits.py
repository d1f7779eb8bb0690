"""Big integers: digits of pi by a spigot over growing rationals."""
import sys


def digits():
    q, r, t, k, n, l = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < n * t:
            yield n
            q, r, n = 10 * q, 10 * (r - n * t), 10 * (3 * q + r) // t - 10 * n
        else:
            q, r, t, k, n, l = q * k, (2 * q + r) * l, t * l, k + 1, (q * (7 * k + 2) + r * l) // (t * l), l + 2


def machin(places):
    """The same digits another way."""
    unity = 10 ** (places + 10)

    def arctan(x):
        total = term = unity // x
        n, sign = 3, -1
        square = x * x
        while term:
            term //= square
            total += sign * (term // n)
            n, sign = n + 2, -sign
        return total
    return str(4 * (4 * arctan(5) - arctan(239)) // 10 ** 10)


size = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
source = digits()
text = ''.join(str(next(source)) for _ in range(size))
assert text == machin(size)[:size]
f = 1
for i in range(1, size):
    f *= i
assert f % (size - 1) == 0 and pow(3, size - 1, 2 ** 61 - 1) == 3 ** (size - 1) % (2 ** 61 - 1)
print('pi_digits', size, text[-10:], f.bit_length())
