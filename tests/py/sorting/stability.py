"""Sorting: stability, keys, reverse, runs of all shapes, mixed numbers, against a reference."""
seed = 7


def rnd(n):
    global seed
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return (seed >> 7) % n


def insertion(items, key):
    out = []
    for x in items:
        i = len(out)
        while i and key(out[i - 1]) > key(x):
            i -= 1
        out.insert(i, x)
    return out


for size in 0, 1, 2, 3, 5, 10, 31, 32, 33, 64, 65, 100, 200, 257:
    for spread in 2, 10, 1000:
        items = [(rnd(spread), i) for i in range(size)]
        assert sorted(items, key=lambda t: t[0]) == insertion(items, lambda t: t[0])
        back = sorted(items, key=lambda t: t[0], reverse=True)
        assert [t[0] for t in back] == sorted((t[0] for t in items), reverse=True)
        for a, b in zip(back, back[1:]):
            assert a[0] > b[0] or a[1] < b[1]
n = 3000
shapes = {
    'sorted': list(range(n)), 'reversed': list(range(n, 0, -1)), 'equal': [5] * n, 'saw': [i % 50 for i in range(n)], 'pipe': list(range(n // 2)) + list(range(n // 2, 0, -1)),
    'nearly': [i if i % 100 else rnd(n) for i in range(n)], 'random': [rnd(10 ** 6) for _ in range(n)], 'blocks': [x for b in range(30) for x in range(b * 7 % 30 * 100, b * 7 % 30 * 100 + 100)], 'floats': [rnd(1000) / 7 for _ in range(n)],
    'strings': [str(rnd(10 ** 6)) for _ in range(n)], 'tuples': [(rnd(10), str(rnd(10))) for _ in range(n)], 'big': [rnd(1000) * 10 ** 20 for _ in range(n)], 'mixed': [rnd(100) if i % 2 else rnd(100) / 2 for i in range(n)], 'bools': [rnd(2) == 1 for _ in range(n)],
}
for name, items in shapes.items():
    s = sorted(items)
    assert all(a <= b for a, b in zip(s, s[1:])) and len(s) == len(items)
    t = items[:]
    t.sort(reverse=True)
    assert t == s[::-1] or name in ('mixed', 'bools', 'equal')
    assert sorted(items, key=lambda x: x) == s
    print(name, hash(tuple(s)) == hash(tuple(sorted(t))), s[0], s[-1])
calls = 0


class C:
    def __init__(self, v):
        self.v = v

    def __lt__(self, o):
        global calls
        calls += 1
        return self.v < o.v


for items in list(range(1000)), list(range(1000, 0, -1)):
    calls = 0
    sorted(map(C, items))
    print(calls)
calls = 0
r = sorted(map(C, shapes['random'][:1000]))
print(calls < 10000, [c.v for c in r] == sorted(shapes['random'][:1000]))
print(sorted('hello World'), sorted('hello World', key=str.lower), sorted([3, 1, 2], key=lambda x: -x), sorted({'b': 1, 'a': 2}), sorted([[2, 1], [1, 5], [1]]), sorted([(1, 'b'), (1, 'a')]), sorted([True, 0, 2, 1.5]), sorted([b'b', b'a', b'']))
print(sorted('bca', reverse=True), sorted([]), sorted([1, 2], key=None), max([(1, 'a'), (1, 'b')], key=lambda t: t[0]), min([(1, 'a'), (1, 'b')], key=lambda t: t[0]), sorted([-0.0, 0.0, 0]), sorted([float('inf'), -1, 10 ** 400, float('-inf')])[0])
sorted([1, 'a', None])
