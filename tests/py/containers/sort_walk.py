"""sort: stability, order and errors over many shapes of data; list changed while sorting."""
import random
from functools import cmp_to_key

r = random.Random(5)


def shapes(n):
    yield list(range(n))
    yield list(range(n))[::-1]
    yield [r.randrange(10) for _ in range(n)]
    yield [r.randrange(n + 1) for _ in range(n)]
    yield sorted(r.randrange(n + 1) for _ in range(n)) + [r.randrange(n + 1) for _ in range(9)]
    yield [i ^ 1 for i in range(n)]
    yield [i % 50 for i in range(n)]
    yield [i if i % 100 else -i for i in range(n)]
    yield [0] * n
    yield [x for i in range(0, n, 20) for x in range(i, i + 20)][::-1]


def insertion(items, key):
    out = []
    for x in items:
        lo, hi = 0, len(out)
        while lo < hi:
            mid = (lo + hi) // 2
            if key(x) < key(out[mid]):
                hi = mid
            else:
                lo = mid + 1
        out.insert(lo, x)
    return out


class Box:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n


kinds = {'int': int, 'float': float, 'str': str, 'wide': lambda x: chr(0x4e00 + x % 5) + str(x), 'big': lambda x: x << 65,
         'tuple': lambda x: (x // 3, x), 'strtuple': lambda x: (str(x // 3), x), 'list': lambda x: [x], 'mixed': lambda x: x if x % 2 else float(x),
         'box': Box, 'bytes': lambda x: b'%d' % x}
for n in (0, 1, 2, 5, 63, 64, 65, 200, 700):
    for data in shapes(n):
        for name, kind in kinds.items():
            if n > 100 and name in ('big', 'bytes', 'list', 'wide', 'mixed'):
                continue
            pairs = [(kind(x), i) for i, x in enumerate(data)]
            expected = insertion(pairs, lambda p: p[0])
            assert sorted(pairs, key=lambda p: p[0]) == expected or name == 'box', (name, n)
            assert [i for _, i in sorted(pairs, key=lambda p: p[0])] == [i for _, i in expected]
            down = sorted(pairs, key=lambda p: p[0], reverse=True)
            model = insertion(pairs[::-1], lambda p: p[0])[::-1]
            assert [i for _, i in down] == [i for _, i in model]
            plain = [kind(x) for x in data]
            if name != 'box':
                assert sorted(plain) == [k for k, _ in expected]
print('sorted')
print(sorted([3, 1.5, True, -0.0, 0, float('-inf'), 10**30, -10**30]), sorted('banana'), sorted([(1, 'b'), (1, 'a'), (0,), ()]))


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


attempt(lambda: sorted([1, 'a']))
attempt(lambda: sorted([(1, 2), (1, 'a')]))
attempt(lambda: sorted([1, None, 2]))
attempt(lambda: [1].sort(1))
attempt(lambda: [1].sort(reverse='a'))
attempt(lambda: [1].sort(reverse=2.5))
attempt(lambda: [1].sort(foo=1))
attempt(lambda: sorted())
attempt(lambda: sorted([1], 2))
attempt(lambda: sorted([1, 2], key=5))

for n in (2, 10, 100, 300):
    for fail_at in (1, 5, 50, 400):
        calls = 0

        def compare(a, b):
            global calls
            calls += 1
            if calls == fail_at:
                raise ZeroDivisionError
            return a - b

        data = [r.randrange(1000) for _ in range(n)]
        copy = data[:]
        try:
            data.sort(key=cmp_to_key(compare))
        except ZeroDivisionError:
            pass
        assert sorted(data) == sorted(copy)

data = list(range(50))
seen = []
data.sort(key=lambda x: (seen.append(len(data)), -x)[1])
print(set(seen), data[:3])
for change in ('data.append(1)', 'data.clear()', 'data.append(1), data.pop()', 'data[:] = [1]', 'data.extend([])', 'data.sort()'):
    data = [3, 2, 1]
    attempt(lambda: (data.sort(key=lambda x: (eval(change) if '=' not in change else exec(change), x)[1]), data))
    print(change, data)
