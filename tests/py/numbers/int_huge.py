"""Arithmetic on integers of hundreds and thousands of digits."""
import sys

sys.set_int_max_str_digits(0)
a = 3 ** 1000 + 7
b = 7 ** 500 - 3
print(a * b % (10 ** 40), (a + b) % (10 ** 30), (a - b) % 10 ** 30, a // b % 10 ** 30, a % b % 10 ** 30)
for x, y in [(a, b), (-a, b), (a, -b), (-a, -b), (b, a), (a, 12345), (-a, 12345), (a, 2 ** 64), (a * b, b)]:
    q, r = divmod(x, y)
    print(q * y + r == x, abs(r) < abs(y), (r >= 0) == (y > 0) or r == 0, hash(q) % 1000003, hash(r) % 1000003)
print(pow(a, b, 10 ** 50 + 151), pow(3, -1, 10 ** 30 + 57), pow(a, 5, -(10 ** 20)))
print(a.bit_length(), b.bit_length(), (-a).bit_length(), a.bit_count(), (a << 1000).bit_length(), (a >> 1000).bit_length(), -a >> 5000, a >> 5000)
print((a & b) % 10 ** 20, (a | b) % 10 ** 20, (a ^ b) % 10 ** 20, (-a & b) % 10 ** 20, (-a | b) % 10 ** 20, (-a ^ -b) % 10 ** 20, ~a == -a - 1)
print(len(str(a)), str(a)[:20], str(a)[-20:], len(hex(a)), hex(b)[:20], oct(b)[-10:], bin(b)[2:22])
print(int(str(a)) == a, int(hex(a), 16) == a, int(bin(-b), 2) == -b, int(oct(a), 0) == a, int('z' * 100, 36).bit_length())
print(a == a + 0, a < b, a > b, a <= a, a != b, -a < b, a == float(b) if b < 1e300 else 'big')
f = 1
for i in range(1, 501):
    f *= i
print(str(f)[:15], len(str(f)), sum(map(int, str(f))), f % 503)
x, y = 0, 1
for _ in range(5000):
    x, y = y, x + y
print(str(x)[:12], x % 10 ** 12)
print((10 ** 5000 // 7) % 10 ** 12, (10 ** 100) ** 20 == 10 ** 2000, 2 ** 10000 % 1000007)
import math
print(math.isqrt(a) ** 2 <= a, math.gcd(a * 30, b * 30) % 30, math.lcm(2 ** 100, 6 ** 50) == 2 ** 100 * 3 ** 50, math.factorial(100) % 10 ** 30 == 0)
big = 1 << 100_000
print((big - 1).bit_count(), big.bit_length(), (big * big).bit_length(), (big // 3) % 1000, big % 97)
print(float(2 ** 1000), float(a >> 700), int(1e300) % 10 ** 9, int(-1.5e20))
try:
    float(2 ** 1024)
except OverflowError as e:
    print(e)
try:
    1 << (1 << 70)
except (OverflowError, MemoryError) as e:
    print(type(e).__name__)
print(a / (2 ** 9000 - 1))
a ** 2 / 0
