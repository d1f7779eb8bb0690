"""Means, medians, modes, variances, percentiles and histograms written out, with their errors."""
import math
import operator
from collections import Counter
from functools import reduce


class StatError(ValueError):
    pass


def checked(minimum=1):
    def decorate(f):
        def wrapper(data, *args, **kw):
            data = list(data)
            if len(data) < minimum:
                raise StatError(f'{f.__name__} needs at least {minimum} value{"s" * (minimum > 1)}, got {len(data)}')
            return f(data, *args, **kw)
        wrapper.__name__ = f.__name__
        return wrapper
    return decorate


@checked()
def mean(d):
    return math.fsum(d) / len(d)


@checked()
def median(d):
    d.sort()
    m = len(d) // 2
    return d[m] if len(d) % 2 else (d[m - 1] + d[m]) / 2


@checked()
def modes(d):
    c = Counter(d)
    top = max(c.values())
    return [v for v, n in c.items() if n == top]


@checked(2)
def variance(d):
    m = mean(d)
    return math.fsum((x - m) ** 2 for x in d) / (len(d) - 1)


@checked()
def percentile(d, p):
    if not 0 <= p <= 100:
        raise StatError(f'percentile {p} is out of range')
    d.sort()
    k = (len(d) - 1) * p / 100
    lo, hi = math.floor(k), math.ceil(k)
    return d[lo] + (d[hi] - d[lo]) * (k - lo)


@checked(2)
def correlation(pairs):
    xs, ys = zip(*pairs)
    mx, my = mean(xs), mean(ys)
    top = math.fsum((x - mx) * (y - my) for x, y in pairs)
    bottom = math.sqrt(math.fsum((x - mx) ** 2 for x in xs) * math.fsum((y - my) ** 2 for y in ys))
    return top / bottom


@checked()
def geometric(d):
    return math.exp(mean(map(math.log, d)))


def histogram(data, bins=5):
    lo, hi = min(data), max(data)
    width = (hi - lo) / bins or 1
    counts = Counter(min(int((x - lo) / width), bins - 1) for x in data)
    for b in range(bins):
        yield f'{lo + b * width:8.2f} | {"#" * counts[b]}'


data = [(i * 7919) % 101 / 4 for i in range(40)]
print(f'{mean(data):.6f} {median(data)} {variance(data):.6f} {math.sqrt(variance(data)):.6f}', modes([1, 2, 2, 3, 3]), modes('hello'), [percentile(data, p) for p in (0, 25, 50, 90, 100)])
print(*histogram(data), *histogram([5, 5]), sep='\n')
print(f'{correlation([(x, 2 * x + 1) for x in range(10)]):.3f} {correlation([(x, -x) for x in range(5)]):.3f} {correlation([(x, (x * 7) % 5) for x in range(20)]):.6f}', f'{geometric([1, 10, 100]):.6f}', mean([True, False]), mean([10 ** 20, 1, -10 ** 20]), median([3, 1]), median('bca'))
print(reduce(operator.mul, range(1, 10)), math.fsum([0.1] * 10) == 1.0, sum([0.1] * 10) == 1.0, math.comb(10, 3), math.perm(5, 2), math.dist((0, 0), (3, 4)), math.prod([1.5, 2]), mean(x for x in (1, 2)))
for f in (lambda: mean([]), lambda: variance([1]), lambda: median(['a', 1]), lambda: median(['a', 'b']), lambda: mean(['x']), lambda: percentile([1], 101), lambda: percentile([], 5), lambda: correlation([(1, 1), (1, 2)]), lambda: correlation([(1,), (2,)]), lambda: geometric([0]), lambda: geometric([-1]), lambda: mean(5), lambda: modes([[1]]), lambda: list(histogram([])), lambda: list(histogram([1, 2], 0)), lambda: mean([float('inf'), float('-inf')]), lambda: mean([10 ** 400]), lambda: percentile([1, 2], 'x')):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
variance([float('nan')])
