"""Decimals and ints of every size in one operation."""
import operator
from decimal import Decimal, Inexact, InvalidOperation, getcontext, localcontext

ints = [0, 1, -1, 2, 3, -7, 10, 10 ** 18, 2 ** 61, 2 ** 62 - 1, -2 ** 62, 2 ** 62, 2 ** 63, 10 ** 19, -10 ** 30, True, False]
ds = [Decimal(t) for t in ('0', '-0', '0.00', '1', '-1.0', '3.25', '1E+3', '1E-30', '10000000000000000000', '4611686018427387904',
                           '-2305843009213693952',
                           'Infinity', '-Infinity', 'NaN', '2E+18', '99999999999999999999999999999')]
for name in ('add', 'sub', 'mul', 'truediv', 'floordiv', 'mod', 'lt', 'le', 'eq', 'ne', 'gt', 'ge', 'pow'):
    f = getattr(operator, name)
    out = []
    for d in ds:
        for i in ints:
            for a, b in ((d, i), (i, d)):
                if name == 'pow' and (abs(i) > 10 or d.is_finite() and abs(d) > 10):
                    continue
                try:
                    out.append(str(f(a, b)))
                except ArithmeticError as e:
                    out.append(type(e).__name__)
    print(name, len(out), hash(tuple(out)) if len(out) < 3 else ' '.join(out)[:4000])

with localcontext() as c:
    c.prec = 5
    print(Decimal(1) + 123456789, 123456789 * Decimal(1), Decimal(1) / 3, 2 - Decimal('0.000001'), Decimal(10 ** 10) == 10 ** 10)
    c.traps[Inexact] = True
    for f in (lambda: Decimal(1) / 3, lambda: Decimal(1) + 123456789, lambda: Decimal('sNaN') == 1, lambda: Decimal('NaN') < 1):
        try:
            print(f())
        except (Inexact, InvalidOperation) as e:
            print(type(e).__name__)


class D(Decimal):
    pass


print(type(D(1) + 1), type(1 + D(1)), D(2) > 1, 1 < D(2), sorted([Decimal(3), 2, D('2.5'), True, 10 ** 20]))
print(sum([Decimal('0.1')] * 3), max(Decimal(2), 3))
print(getcontext().flags[Inexact], divmod(Decimal(7), 2), 7 % Decimal('2.5'), Decimal(7) == 7.0, Decimal(2) ** 10, {Decimal(5): 1}[5])
