"""Scopes of comprehensions and generator expressions; walrus inside them; evaluation order."""
x = 'module'
print([x for x in range(3)], x, {x: x for x in 'ab'}, {x for x in 'a'}, list(x for x in 'z'), x)
print([y := 5, y ** 2], [(last := i) for i in range(4)], last, any((hit := n) > 2 for n in range(9)), hit)
print([[j for j in range(i)] for i in range(4)], [(i, j) for i in range(3) for j in range(i)], [i for i in range(20) if i % 2 if i % 3])
log = []


def t(v):
    log.append(v)
    return v


{t(k): t(v) for k, v in [(1, 'a'), (2, 'b')]}
print(log)
log.clear()
[t((a, b)) for a in t([1, 2]) for b in t('xy') if t(a) > 1]
print(log)
log.clear()
g = (t(i) for i in t([1, 2]))
print(log, list(g), log)


def f():
    total = 0
    values = [total := total + i for i in range(5)]
    fs = [lambda: (i, total) for i in range(2)]
    return total, values, [f() for f in fs]


print(f())


def late():
    n = 1
    g = (n * i for i in range(3))
    n = 10
    return list(g)


print(late())


def scoped(a):
    return [a + b for b in [c for c in range(a)]], {a: [a for a in 'q']}, a


print(scoped(3))
print(list(map(lambda i: [i for i in range(i)], range(3))))
try:
    (i for i in 5)
except TypeError as e:
    print(e)
g = (1 / i for i in [1, 0])
print(next(g))
try:
    next(g)
except ZeroDivisionError as e:
    print(e)
print(list(g))
for source in ['[i := 0 for i in range(3)]', '[(i := 0) for i in range(3)]', '[j for i in (j := [1])]', 'class C: [(q := 1) for _ in "a"]', '[x for x in yield]', '(x for x in *a)', '[*a for a in b]', '{**a for a in b}', '[x async for x in y]', 'f(x for x in y, 1)', 'f(1, x for x in y)', 'f(x for x in [])', '[i for i in range(3) if (i := 2)]', '{a: b for a, b}', '[for x in y]', '[(yield) for x in y]', '[lambda: (yield) for x in y]', '(x := 1)', 'x := 1', 'f(x := 1)', 'f(a=x := 1)', 'f(a=(x := 1))', '{(k := 1): 2}', '{k := 1: 2}', '[1, y := 2]', 'a[b := 1]', 'a[b := 1:2]', 'lambda: (x := 1)', 'lambda: x := 1', 'def f(a=(b := 1)): pass', '(a.b := 1)', '(a[0] := 1)', '((a, b) := 1)', '(1 := 2)', 'x = y := 1', 'x = (y := 1)', '(x := y := 1)', 'assert (x := 1)', 'del (x := 1)', 'with (x := 1): pass', 'with open() as (x := 1): pass', 'import a as (b := 1)', 'for (x := 1) in y: pass', '@(d := f)\ndef g(): pass', 'f"{(x := 1)}"']:
    try:
        compile(source, '<s>', 'exec')
        print('ok', source)
    except SyntaxError as e:
        print(source, '->', e.msg)
print([undefined for _ in 'a'])
