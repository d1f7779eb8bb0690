# Decimal, Context and their like: construction, errors, pickling, formats, comparisons with other numbers.
import copy
import decimal
import numbers
import pickle
from decimal import *
from fractions import Fraction


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


for v in ['1.5', ' 12_3.4_5 ', '-0', 'Infinity', '-snan12', '1e', '', '\u0661\u0662', (1, (1, 2, 3), -2), (0, (), 'F'), [0, [1, 2], 'n'], (2, (1,), 0), (0, (1, 'a'), 0),
          (0, (1,), 'x'), (0, (1,), 1.5), (0, 5, 1), (1, 2), 3.5, 1 + 2j, None, True, 10 ** 50, object]:
    show(lambda: Decimal(v))
show(lambda: Decimal(3, 4))
show(lambda: Decimal(value='7', context=getcontext()))
for bad in [dict(prec=0), dict(rounding=3), dict(Emin=1), dict(Emax=-1), dict(capitals=2), dict(clamp=2), dict(flags=3), dict(flags=['a']), dict(traps={}), dict(prec='x')]:
    show(lambda: Context(**bad))
c = Context(prec=5, rounding=ROUND_UP, traps=[Inexact], flags=[Rounded])
print(c, repr(c.flags), len(c.traps), list(c.flags), c.traps == c.flags, c.traps.copy())
for f in [lambda: delattr(c, 'prec'), lambda: setattr(c, 'foo', 1), lambda: setattr(c, 'flags', [Inexact]), lambda: c.flags[1], lambda: c.flags.__delitem__(Inexact), lambda: c.traps.get(3, 'none')]:
    show(f)
print(pickle.loads(pickle.dumps(c)), copy.copy(c), copy.deepcopy(Decimal('1.50')), pickle.loads(pickle.dumps(Decimal('-1E+5'))))
print(isinstance(Decimal(1), numbers.Number), isinstance(Decimal(1), numbers.Real))


class Money(Decimal):
    def __repr__(self):
        return f'Money({self})'


m = Money('3.50')
m.note = 'x'
print(m, repr(m), m + 1, type(m + 1), m.note, hash(m) == hash(Decimal('3.5')), repr(Money.from_float(0.5)))
with localcontext(prec=6) as ctx:
    ctx.traps[DivisionByZero] = False
    print(Decimal(1) / 3, Decimal(1) / 0, ctx.flags[DivisionByZero])
print(getcontext().prec, getcontext().flags[DivisionByZero])
for f in [lambda: Decimal(1) / 0, lambda: Decimal(0) / 0, lambda: Decimal('snan') + 1, lambda: Decimal(5) // Decimal('1e-30'), lambda: hash(Decimal('snan')), lambda: int(Decimal('nan')), lambda: Decimal(1) + 1.5,
          lambda: Decimal(1) < 'a', lambda: Decimal('nan') < 1, lambda: Decimal(1).compare('x'), lambda: Decimal(1).quantize(1, rounding='x'), lambda: Decimal(1).exp(4), lambda: setcontext(3), lambda: localcontext(3), lambda: localcontext(foo=3)]:
    show(f)
print(Decimal('0.5') == 0.5, Decimal('0.1') == 0.1, Decimal(2) > 1.5, Decimal('0.5') == Fraction(1, 2), Fraction(1, 3) > Decimal('0.33'), Decimal(3) == 3 + 0j, Decimal('nan') == Decimal('nan'), max(Decimal(2), 3))
print([round(Decimal('2.675'), n) for n in (2, 0, -1)], round(Decimal('2.5')), Decimal('-2.5').__floor__(), Decimal('-2.5').__ceil__(), int(Decimal('-2.5')), divmod(Decimal(-7), 2), -7 % Decimal(2), pow(Decimal(3), 20, 7))
d = Decimal('-1234567.891')
print([format(d, s) for s in ['', '.2f', ',.1f', '020,.2f', '+.3e', '>20', '*^20', '%', '.3g', '=15.1f', 'G', '.0f', 'n']])
print([format(Decimal('-0.004'), s) for s in ['.2f', 'z.2f', '.1%', 'e']])
for bad in ['x', '5.', '<010', ',n', '_', '#']:
    show(lambda: format(d, bad))
print(d.as_tuple(), Decimal('0.125').as_integer_ratio(), Decimal('1E+3').as_integer_ratio(), d.adjusted(), d.real is d, d.imag, d.conjugate() is d, complex(d), float(Decimal('1e400')))
print(Decimal(2).sqrt(), Decimal(2).ln(), Decimal(2).log10(), Decimal(2).exp(), Decimal(2) ** Decimal('0.5'), Decimal('1.0') ** 3, Decimal('0.1') ** -2, 2 ** Decimal(100))
getcontext().prec = 200
print(Decimal(2).sqrt(), Decimal(10).ln(), Decimal(1).exp(), Decimal(3) ** Decimal('-1.7'), sep='\n')
print(decimal.MAX_PREC, decimal.MIN_ETINY, decimal.HAVE_CONTEXTVAR, BasicContext, ExtendedContext, DefaultContext, sep='\n')
print([e.__mro__[1:3] for e in (Overflow, Underflow, DivisionByZero, FloatOperation, Clamped, InvalidOperation)])
