# runner: no
# Every function of math on ordinary and extreme arguments: results to the last bit, error texts.
import math

inf, nan = math.inf, math.nan
VALUES = [0, 0.0, -0.0, 1, -1, 2.5, -2.5, inf, -inf, nan, 1e308, -1e308, 5e-324, 10**400, -10**400, 'a', None, True, 3, 100, 1000, -1000,
          0.5, -0.5, 171, 172, 1e-10]


def show(f, *args, **kwargs):
    try:
        print(f.__name__, *[str(a)[:30] for a in args], kwargs or '', str(f(*args, **kwargs))[:200])
    except Exception as e:
        print(f.__name__, *[str(a)[:30] for a in args], kwargs or '', type(e).__name__, e)


INTEGERS = ('factorial', 'comb', 'perm')
for name in sorted(dir(math)):
    f = getattr(math, name)
    if callable(f) and not name.startswith('__') and name not in INTEGERS:
        for v in VALUES:
            show(f, v)
for name in ('atan2', 'copysign', 'fmod', 'pow', 'remainder', 'nextafter', 'hypot', 'log', 'ldexp', 'gcd', 'lcm', 'isclose', 'comb', 'perm'):
    f = getattr(math, name)
    for v in VALUES:
        for w in VALUES:
            if name in INTEGERS and not (type(v) is type(w) is int and abs(v) < 2000 and abs(w) < 2000):
                continue
            show(f, v, w)
show(math.log)
show(math.log, 1, 2, 3)
show(math.log, x=1)
show(math.gcd, 1, x=2)
for n in (-1, 1.5, 10**20, 'a', -10**20, 5.0, *range(40)):
    show(math.factorial, n)
for args in ((10**400, 10**30), (2**100, 2), (10, 10**30)):
    show(math.comb, *args)
for args in ((5, None), (10**20,), (10**20, 10**20)):
    show(math.perm, *args)
for arg in ([1e308, 1e308], [inf, -inf], [inf, 1], [nan], ['a'], 1, [1e16, 1, 1e-16], [10**400], [], [0.1] * 10):
    show(math.fsum, arg)
for args in (((1, 2), (1,)), ([1, 2], [4, 6]), (1, 2), (('a',), (1,)), ((1,), (inf,)), ((nan, inf), (1, 1))):
    show(math.dist, *args)
show(math.isclose, 1, 1, rel_tol=-1)
show(math.isclose, 1, 2, 0.5)
show(math.isclose, 1, 1.1, abs_tol=.2)
for args, kwargs in ((([1, 2, 3],), {}), (([],), {}), (([1.5, 2],), {'start': 3}), ((['a', 2],), {}), ((1,), {}), (([2**62, 4, 0.5],), {}),
                     (([2, 3], 4), {})):
    show(math.prod, *args, **kwargs)


class Rounds:
    def __floor__(self): return 'floor'
    def __ceil__(self): return 'ceil'
    def __trunc__(self): return 'trunc'


class Index:
    def __index__(self): return 3


class Float:
    def __float__(self): return 3.7


class BadIndex:
    def __index__(self): return 'x'


class BadFloat:
    def __float__(self): return 'x'


for cls in (Index, Float, BadIndex, BadFloat, Rounds):
    for f in (math.floor, math.ceil, math.trunc, math.sqrt, math.gcd, math.log, math.isqrt, math.factorial, math.fabs, float, complex, abs):
        try:
            print(cls.__name__, f.__name__, f(cls()))
        except Exception as e:
            print(cls.__name__, f.__name__, type(e).__name__, e)
