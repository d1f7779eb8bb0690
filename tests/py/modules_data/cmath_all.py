import cmath, math
vals = [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -3.75, 1e-300, 1e300, 710.0, -710.0, float('inf'), float('-inf'), float('nan')]
names = 'acos acosh asin asinh atan atanh cos cosh exp log log10 phase polar sin sinh sqrt tan tanh isfinite isinf isnan'.split()
def text(x):
    if isinstance(x, tuple): return tuple(map(text, x))
    if isinstance(x, complex): return '(%s %s)' % (text(x.real), text(x.imag))
    if isinstance(x, float): return 'nan' if x != x else '%.10g' % x
    return x
skip_sign = {'nan'}
for n in names:
    f = getattr(cmath, n)
    for a in vals:
        for b in vals:
            try: r = text(f(complex(a, b)))
            except Exception as e: r = '%s %s' % (type(e).__name__, e)
            # where C99 leaves the sign of an infinity or zero beside a NaN open, only the rest is compared
            if math.isfinite(a) and math.isfinite(b): print(n, a, b, r)
            else: print(n, a, b, str(r).replace('-', ''))
for r in vals:
    for phi in vals:
        try: print('rect', r, phi, text(cmath.rect(r, phi)) if math.isfinite(r) and math.isfinite(phi) else str(text(cmath.rect(r, phi))).replace('-', ''))
        except Exception as e: print('rect', r, phi, type(e).__name__, e)
print(cmath.log(8, 2), text(cmath.log(1j, 3 + 1j)), cmath.isclose(1, 1 + 1e-10j), cmath.isclose(1, 1.1, rel_tol=.2), cmath.isclose(1, 2), cmath.isclose(1, 2, abs_tol=3))
for f, a in ((cmath.isclose, (1, 2)), ):
    try: f(*a, rel_tol=-1)
    except ValueError as e: print(e)
for a in ('x', None):
    try: cmath.sqrt(a)
    except TypeError as e: print(e)
print(cmath.pi, cmath.e, cmath.tau, cmath.inf, cmath.infj, cmath.nan, cmath.nanj)
class C:
    def __complex__(self): return 4 + 0j
print(cmath.sqrt(C()))
