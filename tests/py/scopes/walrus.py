"""Assignment expressions in conditions, loops, calls, slices, lambdas, defaults and class bodies."""
import io

f = io.StringIO('one\ntwo\n\nthree\n')
while line := f.readline():
    print(repr(line), end=' ')
print(repr(line))
if (n := len('abc')) > 2 and (m := n * 2):
    print(n, m)
data = [1, 5, 3]
print(max(data) if (top := max(data)) > 4 else 0, top, (a := 1, b := 2), a + b, [c := 3, c + 1], {(d := 'k'): d}, data[(i := 1)], data[(i := 0):(j := 2)])
print((lambda: (z := 5) + z)(), (lambda v=(w := 7): v)(), w)


def g(x, y=(default := [])):
    return (x := x + 1), x


print(g(1), default)


class C:
    if (size := 4) > 3:
        big = True
    val = (size := size + 1)


print(C.size, C.val, C.big)


def fib(n, cache={}):
    return cache[n] if n in cache else cache.setdefault(n, r) if (r := n if n < 2 else fib(n - 1) + fib(n - 2)) or True else 0


print(fib(30))


def scope():
    [inner := i for i in range(3)]
    return inner


print(scope())
print(any((found := w).startswith('b') for w in ['apple', 'bat', 'cat']), found)
x = 1
print(x + (x := 5), x, (x := 2) * x + (x := 3) * x, [x, (x := 9), x], f'{x}{(x := 8)}{x}')


def order():
    y = 1
    return y + (y := 10) + y, [y, (y := 20), y], {y: (y := 30)}, y


print(order())


def args(*a, **k):
    return a, k


v = 1
print(args(v, (v := 2), v, k=(v := 3), q=v), v)
while (count := globals().get('count', 0) + 1) < 5:
    pass
print(count, not (q := False), q, (q := True) and q, (p := None) is None)
t = (u := 1,)
print(t, u, (h := (1, 2)), (lambda: [s := 1, s])())
assert (k := 5) == 5, k
if any(len(longest := s) > 10 for s in ['a', 'bb']):
    pass
else:
    print(longest)
print((undefined_before := undefined_before + 1))
