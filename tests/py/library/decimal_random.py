"""The built-in decimal arithmetic against the library's own in Python: random numbers, contexts and operations, results and flags."""
import random
import _decimal as C
import _pydecimal as P

rnd = random.Random(20)
ROUNDINGS = ['ROUND_UP', 'ROUND_DOWN', 'ROUND_CEILING', 'ROUND_FLOOR', 'ROUND_HALF_UP', 'ROUND_HALF_DOWN', 'ROUND_HALF_EVEN', 'ROUND_05UP']
UNARY = ['abs', 'plus', 'minus', 'normalize', 'to_integral_value', 'to_integral_exact', 'next_plus', 'next_minus', 'sqrt', 'logb',
         'number_class', 'to_sci_string', 'to_eng_string', 'logical_invert', 'copy_abs', 'copy_negate', 'is_normal', 'is_subnormal']
BINARY = ['add', 'subtract', 'multiply', 'divide', 'divide_int', 'remainder', 'remainder_near', 'divmod', 'compare', 'compare_signal',
          'compare_total', 'compare_total_mag', 'max', 'min', 'max_mag', 'min_mag', 'quantize', 'next_toward', 'scaleb', 'shift', 'rotate',
          'same_quantum', 'logical_and', 'logical_or', 'logical_xor', 'copy_sign']
SLOW = ['exp', 'ln', 'log10']
SPECIAL = ['0', '-0', '0E+5', '-0E-7', 'Infinity', '-Infinity', 'NaN', '-NaN12', 'sNaN', 'sNaN345', '1', '-1', '10', '0.5', '1E+3', '9.99']


def number(digits):
    k = rnd.random()
    if k < 0.15:
        return rnd.choice(SPECIAL)
    if k < 0.25:
        return ''.join(rnd.choice('01') for _ in range(rnd.randint(1, digits)))
    if k < 0.4:
        return str(rnd.randint(-30, 30))
    n = rnd.randint(1, digits)
    text = ''.join(rnd.choice('0123456789') if rnd.random() < 0.7 else rnd.choice('0059') for _ in range(n))
    return '%s%sE%d' % (rnd.choice(['', '-']), text, rnd.randint(-n - 8, 8))


def contexts(op):
    kw = dict(prec=rnd.choice([1, 2, 5, 9, 16, 28, 40]), rounding=rnd.choice(ROUNDINGS), Emax=rnd.choice([60, 999]),
              Emin=-(999 if op == 'power' else rnd.choice([6, 30, 999])), clamp=rnd.randint(0, 1), capitals=rnd.randint(0, 1))
    return C.Context(traps=[], **kw), P.Context(traps=[], **kw)


def shown(value):
    if isinstance(value, tuple):
        return ' '.join(map(str, value))
    return str(value)


def flags(context):
    return sorted(s.__name__ for s, on in context.flags.items() if on)


wrong = 0


def check(op, arguments):
    global wrong
    c, p = contexts(op)
    C.setcontext(c)
    P.setcontext(p)
    got = shown(getattr(c, op)(*map(C.Decimal, arguments)))
    want = shown(getattr(p, op)(*map(P.Decimal, arguments)))
    if got != want or flags(c) != flags(p):
        wrong += 1
        if wrong < 6:
            print(op, arguments, p, got, want, flags(c), flags(p))


for op in UNARY:
    for _ in range(60):
        check(op, [number(45)])
for op in BINARY:
    for _ in range(90):
        check(op, [number(45), number(45)])
for _ in range(150):
    check('fma', [number(30), number(30), number(30)])
for op in SLOW:
    for _ in range(12):
        check(op, [number(12)])
for _ in range(60):
    check('power', [number(8), str(rnd.randint(-12, 12))])
print('wrong', wrong)

# Larger numbers: against integers.
with C.localcontext(C.Context(prec=6000, Emax=10 ** 6, Emin=-10 ** 6)):
    for bits in (64, 200, 1000, 4000, 9000):
        a, b = rnd.getrandbits(bits) | 1, rnd.getrandbits(bits // 2 + 1) | 1
        x, y = C.Decimal(a), C.Decimal(b)
        print(bits, int(x * y) == a * b, int(x // y) == a // b, int(x % y) == a % b, int(x + y) == a + b, int(y - x) == b - a, int(x) == a,
              hash(x) == hash(a), int((x * x).sqrt()) == a, (x / y * y).quantize(1) == x)
