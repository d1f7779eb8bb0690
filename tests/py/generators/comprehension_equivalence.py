"""Comprehensions, generator expressions, map/filter and loops give the same; laziness; short circuits."""
data = [3, -1, 4, -1, 5, -9, 2, 6]
a = [x * x for x in data if x > 0]
b = list(x * x for x in data if x > 0)
c = list(map(lambda x: x * x, filter(lambda x: x > 0, data)))
d = []
for x in data:
    if x > 0:
        d.append(x * x)
print(a == b == c == d, a)
trace = []


def seen(x):
    trace.append(x)
    return x


print(any(seen(x) > 3 for x in data), trace)
trace.clear()
print(all(seen(x) > 0 for x in data), trace)
trace.clear()
print(next(x for x in map(seen, data) if x < 0), trace)
trace.clear()
print(3 in (seen(x) for x in data), trace, 4 in map(seen, [1, 4, 9]), trace)
trace.clear()
z = zip(map(seen, [1, 2, 3]), map(seen, 'ab'))
print(list(z), trace)
trace.clear()
lazy = map(seen, data)
print(trace, next(lazy), trace)
print(sum(1 for _ in lazy), len(trace))
print(max((x for x in data), key=abs), min(data, key=lambda v: (abs(v), v)), sorted((x for x in data), key=lambda v: -v)[:3], sum(x for x in data if x % 2), ''.join(str(x) for x in data), dict((x, x * 2) for x in data)[4], set(x % 3 for x in data), tuple(x for x in data)[:2], bytes(abs(x) for x in data), [*(x for x in 'ab')])
matrix = [[i * 3 + j for j in range(3)] for i in range(3)]
print(matrix, [v for row in matrix for v in row], [[row[i] for row in matrix] for i in range(3)], [list(r) for r in zip(*matrix)], {(i, j): v for i, row in enumerate(matrix) for j, v in enumerate(row) if i == j}, [[v for v in row if v % 2] for row in matrix if sum(row) > 5])
print([(x, y, z) for x in range(1, 15) for y in range(x, 15) for z in [(x * x + y * y) ** 0.5] if z == int(z) and z < 15])
print([f(2) for f in [lambda v, n=n: v ** n for n in range(4)]], [x for x in range(3) for x in range(x)], [i for i in range(5) if i if i != 3], [(lambda: i)() for i in range(3)], [y for x in range(3) if (y := x * 2)], {k: [v for k, v in [(k, k + 1)]] for k in range(2)})
g = (x for x in data)
print(next(g), list(g), list(g), type(g).__name__, g.__name__, g.gi_code.co_name, [x for x in data].__class__.__name__)


def nested():
    base = 10
    return [[base + i * j for j in range(2)] for i in range(2)], {i: {j: base for j in range(1)} for i in range(1)}, list(base + x for x in range(2)), (lambda: [base for _ in 'a'])()


print(nested())
try:
    [1 / x for x in (1, 0)]
except ZeroDivisionError as e:
    print(e, 'x' in dir() and x)
print(list(filter(None, [0, 1, '', 'a', None, []])), list(map(max, [1, 5], [3, 2])), list(map(None.__eq__, [None])), list(filter(lambda kv: kv[1], {'a': 0, 'b': 1}.items())))
[x for x in 5]
