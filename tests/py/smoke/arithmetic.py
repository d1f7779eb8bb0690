"""The four operations, their kinds of number and the precedence of operators."""


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


print(1 + 2 * 3 - 4 // 3, 2 ** 10, -7 // 2, -7 % 3, 7 // -2, 7 % -3)
print(1 / 4, 10 / 5, 2 ** -1, 0.1 + 0.2, 1e100, 5 // 2.0, 5 % 2.5)
print(gcd(1071, 462), gcd(2 ** 64, 2 ** 40))
print(1 << 70, (1 << 70) >> 68, ~5, 6 & 3, 6 | 3, 6 ^ 3)
print(divmod(17, 5), divmod(-17, 5), divmod(17.5, 5), pow(3, 200, 1000007))
print(not 1 == 2, 1 < 2 < 3, 1 < 3 < 2, 1 if 0 else 2, 3 or 4, 0 and 4)
print((1 + 2j) * (3 - 1j), abs(3 + 4j), complex(1, -0.0))
total = 0
for i in range(1000):
    if i % 3 == 0 or i % 5 == 0:
        total += i
print(total)
x = 10
x += 5
x -= 3
x *= 2
x //= 5
x **= 3
x %= 50
x <<= 3
x |= 1
x ^= 2
x &= 0xff
print(x)
print(round(2.5), round(3.5), round(2.675, 2), round(1234, -2), abs(-3), int('ff', 16), float('1.5e3'))
print(sum(range(101)), min(3, 1, 2), max([4, 9, 2]), sum([0.1] * 10))
