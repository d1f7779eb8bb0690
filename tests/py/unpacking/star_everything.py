"""Stars in displays, calls, subscripts, returns, yields, for heads, assignments and lambdas."""
a, b = [1, 2], (3, 4)
print([*a, *b], (*a, *b), {*a, *b}, [*a, 'x', *'yz'], (*'ab',), [*[]], (*(),), {*()} == set(), [*{}, *range(2)], [*map(str, a)], [*(i for i in b)])
print({**{'k': 1}, 'l': 2, **{'k': 3}}, {**{}}, {'a': 0, **dict(a=1)}, {**{'x': 1}, **{'y': 2}, 'x': 9})


def f(*args, **kw):
    return args, kw


def ret(x):
    return *x, 'end'


def gen(x):
    y = yield *x, 'yielded'
    yield y


print(f(*a, *b, 5, *'z', k=1, **{'m': 2}, n=3, **{}), ret(a), ret('q'), next(gen(b)), (lambda *p, **q: (p, q))(*a, **{'w': 1}))
for x in *a, *b:
    print(x, end=' ')
for x, *y in [(1, 2, 3), 'ab', [9]]:
    print(x, y, end=' ')
print()
d = {}
d[(*a,)] = 1
d[*b] = 2
d[*a, 'k'] = 3
print(d, d[*b], [d for d[0], *d['rest'] in ['xyz']][0][0])
*c, d = a
(*c, e), *g = [b, 5]
[h, *i], j = 'xy', 'z'
print(c, d, e, g, h, i, j)
k, (l, *m), *n = 1, 'two', 3, 4
print(k, l, m, n)
o = p, *q = r = [1, 2, 3]
print(o, p, q, r, q is r)
s = [0, 0]
s[0], *s[1:] = 'abc'
print(s)


class T:
    pass


t = T()
t.a, *t.b = range(4)
t.c, (t.d, *t.e) = 1, 'de'
print(vars(t))
print(*a, *b, sep='-', end='!\n')
print(*sorted({*'hello'}), [*enumerate('ab')], dict([*zip('ab', a)]), max(*a, *b), '{} {}'.format(*a), '{x}{y}'.format(**{'x': 1, 'y': 2}))


def show(source):
    try:
        exec(source, {'a': a, 'f': f})
        print('ok ', source)
    except SyntaxError as e:
        print(source, '->', e.msg)
    except Exception as e:
        print(source, '->', type(e).__name__, e)


for source in ['*a', '*a,', 'x = *a', 'x = *a,', '(*a)', '[*a]', 'print(*a)', 'return *a', 'del *a', 'x = [*a for a in b]', '*x = a', '*x, = a', '*x, *y = a', '[*x] = a', 'x, *y, *z = a', 'for *x in a: pass', 'f(**a, *b)', 'f(*a, x)', 'f(x=1, *a)', 'f(**{}, x=1)', 'f(**{"x": 1}, x=2)', 'a[*a]', 'a[*a:1]', 'a[1:*a]', '{*a: 1}', '{**a: 1}', '{1: *a}', 'if *a: pass', 'lambda: *a', 'lambda: (*a,)', 'x = y, *a', 'x += *a', 'x += *a,', 'f(*)', 'f(**)', 'f(*a b)', '*a + b', '[*a + [3]]', '[*a or b]', '[*not a]', '[*lambda: 1]', 'f(*5)', '[*5]', '{**5}', 'f(**{1: 2})', '(yield *a)', 'x: *a', 'assert *a', 'raise *a', 'with *a: pass', 'import *a']:
    show(source)
first, *_ = iter([])
