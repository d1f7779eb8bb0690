# Decimals of one and two machine words: arithmetic, order, text and hashes where the short ways end, against plain integers.
import itertools
from decimal import ROUND_05UP, ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Context, Decimal, localcontext
from fractions import Fraction

coefficients = [0, 1, 5, 9, 10, 99, 12345678, 10**18, 10**19 - 1, 10**19, 10**19 + 1, 2**64, 10**27 + 5, 10**37 + 3, 10**38 - 1, 10**38]
exponents = [-45, -38, -20, -19, -7, -6, -5, -2, -1, 0, 1, 3, 19, 20]
numbers = [Decimal((s, tuple(map(int, str(c))), e)) for c in coefficients for e in exponents for s in (0, 1)]
total = 0
for d in numbers:
    f = Fraction(d)
    text = str(d)
    assert repr(d) == f"Decimal('{text}')" and Decimal(text).as_tuple() == d.as_tuple() and f"{d}" == text
    assert hash(d) == hash(f), d
    total += len(text)
print(total, [str(d) for d in numbers[::17]])
exact = Context(prec=200)
few = numbers[::5]
for a, b in itertools.product(few, few):
    x, y = Fraction(a), Fraction(b)
    assert (a < b, a <= b, a == b, a != b, a > b, a >= b) == (x < y, x <= y, x == y, x != y, x > y, x >= y), (a, b)
    assert Fraction(exact.add(a, b)) == x + y and Fraction(exact.subtract(a, b)) == x - y and Fraction(exact.multiply(a, b)) == x * y
for a in numbers:
    for n in (0, 1, -1, 7, 10**18, -(10**19), 2**80):
        assert (a < n, a == n, a > n) == (Fraction(a) < n, Fraction(a) == n, Fraction(a) > n)
for rounding in (ROUND_05UP, ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, "ROUND_HALF_EVEN", "ROUND_HALF_DOWN"):
    for prec in (1, 3, 18, 19, 20, 28, 37, 38, 39):
        with localcontext() as c:
            c.prec, c.rounding, c.Emax, c.Emin = prec, rounding, 60, -60
            c.clear_flags()
            c.clear_traps()
            seen = []
            for a, b in zip(few, few[3:] + few[:3]):
                seen += [a + b, a - b, a * b, a + 3, 3 - a]
                if b:
                    seen.append(a / b)
            print(rounding, prec, hash(str(seen)) and sum(len(str(x)) * i for i, x in enumerate(seen)), seen[7], seen[-1])
            print(sorted(s.__name__ for s, on in c.flags.items() if on))
bases = ("1.05", "-1.5", "0.3", "7", "12345678901234567890.5", "-0", "Infinity")
for base, power in itertools.product(bases, (0, 1, 2, 3, 7, 20, -3, 100)):
    with localcontext() as c:
        c.clear_traps()
        print(Decimal(base) ** power, end=" ")
print()
for text in ("NaN", "sNaN", "-NaN12", "Infinity", "-Infinity", "0E+3", "-0E-9", "0.000000", "-0.0000000", "1E-7", "123E-2", "1E+2"):
    d = Decimal(text)
    print(str(d), repr(d), d.to_eng_string())
    try:
        print(d < 1, d == d, Decimal(3) > d)
    except Exception as e:
        print(type(e).__name__)
