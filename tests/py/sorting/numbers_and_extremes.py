# Sorting floats of all kinds, and min and max of ints, floats and mixtures.
import math
import random

random.seed(11)
inf, nan = math.inf, math.nan
floats = [0.0, -0.0, 1.5, -1.5, inf, -inf, 1e-300, 5e-324, 1e300, -1e300, 1e77, -1e-77, 2.0**60]
floats += [random.gauss(0, 1e3) for _ in range(300)]
for trial in range(6):
    random.shuffle(floats)
    for part in (floats, [x for x in floats if 1e-70 < abs(x) < 1e70], [0.0, -0.0, 1.0, -0.0, 0.0], floats[:2]):
        for reverse in (False, True):
            expected = sorted(range(len(part)), key=lambda i: (part[i], i) if not reverse else (-part[i], i))
            got = sorted(part, reverse=reverse)
            assert list(map(repr, got)) == [repr(part[i]) for i in expected]
            indices = sorted(range(len(part)), key=part.__getitem__, reverse=reverse)
            assert indices == expected
            copy = part[:]
            copy.sort(reverse=reverse)
            assert copy == got and sorted(got, reverse=reverse) == got
        ints = [round(x) if abs(x) < 1e18 else 7 for x in part]
        mixed = [a if i % 3 else b for i, (a, b) in enumerate(zip(part, ints))]
        for values in (part, ints, mixed, tuple(mixed), [True, 2.5, 3]):
            least, most = values[0], values[0]
            for v in values:
                if v < least:
                    least = v
                if v > most:
                    most = v
            assert repr((min(values), max(values))) == repr((least, most))
            assert repr((min(iter(values)), max(*values, least))) == repr((least, most))
            assert repr(min(values, key=lambda x: -x)) == repr(max(values))
print(sorted([3.5, 1.25, -2.0, inf, -inf, 0.0]), sorted([nan, 1.0])[1])
print(min(2, 1.0, 1), max(1, 1.0), max(1.0, 1), min(-0.0, 0.0), max([2**70, 5, 2.0**71]))
for empty in ((), [], {}, iter("")):
    try:
        max(empty)
    except ValueError as e:
        print(e)
print(max([], default=3), min("hello"), max([[1, 2], [1, 3]]), min({5: 1, 3: 2}), max(range(9)), min(range(0)) if False else "")
print((1, 2, 3) < (1, 2, 4), (1, "a") > (1, "b"), (1, [2]) == (1, [2]), (nan,) == (nan,))
print((1, 2) < (1, 2, 0), (2**70, 1) < (2**70, 2), (1.0, 2) == (1, 2.0))
try:
    (1, "a") < (1, 2)
except TypeError as e:
    print(e)
