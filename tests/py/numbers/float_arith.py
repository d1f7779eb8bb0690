"""Division, modulo, rounding, powers and conversions of floats, signed zeros and infinities included."""
import math


def show(f):
    try:
        return repr(f())
    except Exception as e:
        return f'{type(e).__name__} {e}'


inf, nan = math.inf, math.nan
values = [0.0, -0.0, 1.0, -1.0, 1.5, -2.5, 3.0, 1e300, -1e-300, inf, -inf, nan, 7, -3, True]
for a in values:
    print(a, *[show(lambda: a // b) for b in values])
    print(a, *[show(lambda: a % b) for b in values])
    print(a, *[show(lambda: a / b).replace('ZeroDivisionError ', 'Z:') for b in values[:12]])
    print(a, *[show(lambda: a ** b) for b in values])
    print(a, *[show(lambda: divmod(a, b)) for b in values[2:7]])
    print(a, show(lambda: int(a)), show(lambda: round(a)), show(lambda: round(a, 1)), show(lambda: round(a, -1)), show(lambda: math.floor(a)), show(lambda: math.ceil(a)), show(lambda: a.as_integer_ratio()))
    print(a, *[(a < b, a == b, a >= b) for b in values[::3]])
for x in 0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1.005, 1e16 + 1, 0.15, 0.25, 0.35, 1234.5678, -0.05, 5e-324, 1e22:
    print(x, [show(lambda: round(x, n)) for n in range(-3, 4)], round(x))
print(round(1.5, None), round(2.5), type(round(2.5)).__name__, type(round(2.5, 0)).__name__, round(1e300, -300), round(1e300, 400), round(123.456, -400))
print(hash(1.0) == hash(1), hash(0.5), hash(-0.5), hash(inf), hash(-inf), hash(1e300), hash(2.0 ** 61), hash(-0.0))
print(1.0 == 1, 2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53, 2 ** 53 + 1 > 2.0 ** 53, 10 ** 400 > 1e308, 10 ** 400 < inf, -10 ** 400 > -inf, 10 ** 400 == nan)
print((0.1).is_integer(), (2.0).is_integer(), inf.is_integer(), (0.1).as_integer_ratio(), (1e22).as_integer_ratio(), (5e-324).as_integer_ratio()[0])
print(0.1 + 0.2 - 0.3, sum([0.1] * 10), math.fsum([0.1] * 10), 1e16 + 1 + 1, 1e16 + 2, (2.0 ** 53 + 1) - 2.0 ** 53)
print((-8) ** (1 / 3), (-8.0) ** 2, (-8) ** 0.5, 0.0 ** 0, 2 ** 0.5, 4 ** -0.5, (-1) ** -1)
print(float.__getformat__('double').startswith('IEEE'), (1.5).real, (1.5).imag, (1.5).conjugate(), (1.5).__trunc__(), float.fromhex('0x10'))
10.0 ** 309
