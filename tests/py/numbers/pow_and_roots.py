"""Powers: int, float, complex, modular, with bool and huge exponents."""
import math


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


print([2 ** n for n in (0, 1, 10, 61, 62, 63, 64, 100)], [(-3) ** n for n in range(6)], 0 ** 0, 0.0 ** 0, 0j ** 0, 1 ** 10 ** 6, (-1) ** 1000001, 10 ** 18, 7 ** 25)
print(2 ** -1, 2 ** -1075, (-2) ** -3, 10 ** -400, 2.5 ** 2, 4 ** 0.5, 2 ** 0.1, (-8) ** (1 / 3), (-1) ** 0.5, 1j ** 2, 2 ** 1j, (1 + 1j) ** -2, 0 ** 5, True ** True, 2 ** True)
for args in [(2, 10, 1000), (3, 200, 13), (2, -1, 7), (3, -5, 11), (10, 3, -7), (-3, 3, 7), (-3, 3, -7), (0, 0, 1), (0, 0, 5), (5, 0, 1), (2, 10 ** 30, 97), (7 ** 50, 9 ** 20, 11 ** 30), (True, 2, 3), (2, 3, True), (38, -1, 97), (2, -1, 4), (2, 3, 0), (2, 1.5, 3), (2.0, 3, 5), (2, 3, 5.0), (2, 'a', 3), (0, -1, 5), (6, -2, 9)]:
    show(lambda: pow(*args))
show(lambda: pow(base=2, exp=3))
show(lambda: pow(2, exp=3, mod=5))
show(lambda: pow(2))
show(lambda: pow(2, None))
show(lambda: pow(2, 3, None))
show(lambda: 2.0 ** 1024)
show(lambda: 10.0 ** 308 * 10)
show(lambda: (-2.0) ** 1024)
show(lambda: 0.0 ** -1)
show(lambda: (-0.0) ** -1)
show(lambda: 0 ** -1)
show(lambda: 0 ** 1j)
show(lambda: 1e200 ** 2)
show(lambda: 'a' ** 2)
show(lambda: 2 ** [])
inf, nan = math.inf, math.nan
for a in (0.0, -0.0, 0.5, 1.0, -1.0, 2.0, inf, -inf, nan):
    row = []
    for b in (0, 1, -1, 2, 0.5, inf, -inf, nan):
        try:
            row.append(a ** b)
        except ZeroDivisionError:
            row.append('Z')
    print(a, row)
for n in (0, 1, 2, 3, 15, 16, 17, 10 ** 10, 2 ** 64, 10 ** 41 + 1):
    r = math.isqrt(n)
    assert r * r <= n < (r + 1) ** 2
print(math.isqrt(10 ** 100), math.sqrt(2), math.cbrt(-27), math.hypot(3, 4), math.exp2(10), math.pow(2, 0.5))
for bits in range(1, 300, 37):
    x = (1 << bits) - 1
    assert x ** 2 == (1 << 2 * bits) - (1 << bits + 1) + 1 and x ** 3 == x * x * x
a = 3
a **= 40
a **= -0.01
print(a)


class P:
    def __pow__(self, other, mod=None):
        return 'pow', other, mod

    def __rpow__(self, other, mod=None):
        return 'rpow', other, mod

    def __ipow__(self, other):
        return 'ipow', other


p = P()
print(p ** 2, 2 ** p, pow(p, 2, 3))
show(lambda: pow(2, p, 3))
p **= 5
print(p)
pow(2, 3, 'x')
