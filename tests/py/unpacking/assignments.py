"""Unpacking: stars, nesting, iterators, swaps, order of evaluation, errors."""
a, b = 1, 2
a, b = b, a
(c, d), [e, *f] = (3, 4), 'xyz'
print(a, b, c, d, e, f)
*a, b = range(4)
print(a, b)
a, *b = 'q'
print(a, b)
*a, = {1: 2}
print(a)
[a, [b, *c], d] = 1, iter('bcd'), 4
print(a, b, c, d)
x = [0, 1, 2]
i = 0
i, x[i] = 2, 'two'
print(i, x)
a = b = c = []
a.append(1)
print(c, a is b)
a, b, c = {'k1': 1, 'k2': 2, 'k3': 3}
print(a, b, c)
for i, (j, *k) in enumerate([(1, 2, 3), 'ab', [9]]):
    print(i, j, k)
print([p + q for p, q in [(1, 2), (3, 4)]], {k: v for k, v in ['ab', 'cd']}, *[*range(2), *'xy'], {**{'a': 1}, 'b': 2, **{'a': 3}}, {*[1], *[2]} == {1, 2}, (*[1, 2], 3), [*(), *[]])


def order(n):
    print('eval', n, end=' ')
    return n


class Target:
    def __setattr__(self, k, v):
        print('set', k, v, end=' ')

    def __setitem__(self, k, v):
        print('item', k, v, end=' ')


t = Target()
t.x, t[order(1)], t.y = order(10), order(20), order(30)
print()
t.a = t.b = t[order(2)] = order(5)
print()


def show(source):
    try:
        exec(source, {})
        print(source, 'ok')
    except Exception as e:
        print(source, '->', type(e).__name__, e)


for source in ['a, b = 1', 'a, b = None', 'a, b = 1,', 'a, b = 1, 2, 3', 'a, b = ""', 'a, b = "abc"', 'a, b, *c = [1]', '*a, b = []', 'a, b = {}', 'a, b = iter([1, 2, 3])', '(a, b), c = [1, 2], 3', '(a, b), c = 1, 2', 'a, = []', '[] = [1]', '() = ()', '[] = []', 'a, b = b, a',
               'for a, b in [(1, 2), (3,)]: pass', '[a for a, b in [1]]', 'print(*1)', 'print(**1)', '[*1]', '{*1}', '{**1}', '{**[1]}', '(*None,)', 'f = lambda **k: k; f(**{1: 2})', 'a, *b, c = (1, 2)', 'a, *b, c = (1,)', 'a, *b = 5', 'x = *1,', 'x = *"ab",']:
    show(source)


def gen():
    for i in range(5):
        print('yield', i, end=' ')
        yield i


try:
    a, b, c = gen()
except ValueError as e:
    print(e)
a, b, *c = gen()
print(c)
a, b = gen()
