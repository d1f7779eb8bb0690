"""The math module: values, domains, texts of errors."""
import math


def show(name, *args):
    try:
        r = getattr(math, name)(*args)
        print(name, args, repr(r) if not isinstance(r, float) else f'{r:.12g}')
    except Exception as e:
        print(name, args, type(e).__name__, e)


inf, nan = math.inf, math.nan
for name in 'sqrt', 'exp', 'log', 'log2', 'log10', 'log1p', 'expm1', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'gamma', 'lgamma', 'erf', 'erfc', 'floor', 'ceil', 'trunc', 'fabs', 'degrees', 'radians', 'isnan', 'isinf', 'isfinite', 'frexp', 'modf', 'cbrt', 'exp2', 'ulp', 'factorial', 'isqrt':
    for x in 0.5, 0, -1, 2.5, 1000, inf, nan, 'x', None:
        show(name, x)
for name in 'pow', 'atan2', 'fmod', 'hypot', 'copysign', 'remainder', 'ldexp', 'nextafter', 'gcd', 'lcm', 'comb', 'perm', 'dist', 'log', 'isclose':
    for args in [(2, 3), (2.5, -1), (0, 0), (-8, 1 / 3), (inf, 1), (1, 0), ('a', 1), (10, 5000)]:
        show(name, *args)
show('hypot')
show('hypot', 3, 4, 12)
show('hypot', 1e200, 1e200)
show('gcd')
show('gcd', 12, 18, 27)
show('lcm', 4, 6, 10)
show('prod', [1, 2, 3.5])
show('prod', [], )
show('prod', ['a'])
show('fsum', [1e100, 1, -1e100])
show('fsum', [inf, -inf])
show('fsum', [1e308, 1e308])
show('fsum', ['a'])
show('log', 10 ** 400)
show('log2', 2 ** 2000)
show('log10', 10 ** 500)
show('log', 10 ** 400, 10)
show('log', 5, 1)
show('sqrt', 10 ** 400)
show('comb', 100, 50)
show('comb', 5, 7)
show('perm', 5)
show('factorial', 25)
show('isqrt', 10 ** 40)
show('ldexp', 1.5, 10 ** 20)
show('ldexp', 1.5, -10 ** 20)
show('dist', (1, 2, 3), (4, 5, 6))
show('dist', (1, 2), (1,))
show('isclose', 1.0, 1.0 + 1e-10)
show('isclose', 1.0, 1.1, -1)
show('floor', 1e300)
show('pow', 0, -1)
print(math.pi, math.e, math.tau, math.inf, math.nan)
math.sqrt(-1)
