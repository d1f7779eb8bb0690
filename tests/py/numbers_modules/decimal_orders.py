"""Comparisons and sorting of Decimals of every kind and size, also of those that one word and one exponent decide."""
import itertools
import random
from decimal import Decimal, InvalidOperation, getcontext

texts = ['0', '-0', '0.0', '-0.00', '0E+5', '1', '-1', '1.0', '-1.0', '10', '1E+1', '9999999999999999999', '10000000000000000000',
         '-10000000000000000000', '10000000000000000001', '1E+19', '1E-19', '123456789012345678901234567890', '-1.5', '1.50', 'Infinity',
         '-Infinity', '1E+999999', '1E-999999', '2', '3', '-3', '0.1', '0.10', '100000000000000000000E-1']
ds = [Decimal(t) for t in texts]
n = 0
for a, b in itertools.product(ds, repeat=2):
    r = (a < b, a <= b, a == b, a != b, a > b, a >= b)
    n = (n * 67 + sum(v << i for i, v in enumerate(r))) % 1000000007
    exact = a.compare(b)
    assert r == (exact < 0, exact <= 0, exact == 0, exact != 0, exact > 0, exact >= 0), (a, b, r)
    if a.is_finite() and b.is_finite():
        assert a.compare_total(b) in (-1, 0, 1) and (max(a, b) >= min(a, b)) and ((a + b) == (b + a))
print(n)
print([str(d) for d in sorted(ds)])
for nan in (Decimal('NaN'), Decimal('sNaN')):
    for f in (lambda: nan == 1, lambda: nan != nan, lambda: nan < 1, lambda: Decimal(1) >= nan, lambda: nan == nan):
        try:
            print(f())
        except InvalidOperation as e:
            print('invalid', nan)
rng = random.Random(8)
for digits in (1, 5, 18, 19, 20, 40):
    l = [Decimal(rng.randrange(-10 ** digits, 10 ** digits)).scaleb(rng.choice([0, 0, -2, 3])) for _ in range(300)]
    s = sorted(l)
    print(digits, all(x <= y for x, y in zip(s, s[1:])), s[0], s[-1], max(l) == s[-1], sorted(l, reverse=True)[0], hash(tuple(s)))


class D(Decimal):
    def __lt__(self, other):
        return not Decimal.__lt__(self, other)


print([int(x) for x in sorted([D(3), D(1), D(2)])], D(1) < D(2), D(1) < Decimal(2), Decimal(1) < D(2), Decimal(1) == D(1))
print(Decimal(1) < 2, Decimal(1) < 1.5, Decimal("0.5") == 0.5, 3 > Decimal(2))
print(Decimal(2) ** Decimal("-3"), (-Decimal(8)) ** 3, Decimal(-2).copy_sign(Decimal(1)))
getcontext().prec = 5
print(Decimal("123456") < Decimal("123457"), Decimal("1.000001") == 1, Decimal("123456") + Decimal("0.5"))
print(Decimal("1E+30") - Decimal("1E-30"), Decimal(-2) ** 3)
