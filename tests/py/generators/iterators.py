"""The iteration protocol: iter with a sentinel, sequences by __getitem__, length hints, exhausted iterators, mutation."""
import operator


class Seq:
    def __init__(self, n):
        self.n = n

    def __getitem__(self, i):
        print('get', i, end=' ')
        if i >= self.n:
            raise IndexError
        return i * i


print(list(Seq(3)), 4 in Seq(5), tuple(Seq(2)))
calls = iter([1, 2, 3, 0, 9])
print(list(iter(lambda: next(calls), 0)), list(calls))
for value in [1], (1,), 'a', {1: 2}, {1}, range(1), b'a', bytearray(b'a'), {1: 2}.items(), {1: 2}.values(), map(int, '1'), zip('a'), enumerate('a'), reversed([1]), filter(None, [1]), iter(int, 1), memoryview(b'a'):
    it = iter(value)
    print(type(it).__name__, operator.length_hint(it, -1), end=' ')
    next(it)
    try:
        if type(it).__name__ != 'callable_iterator':
            next(it)
    except StopIteration as e:
        print('stops', e.args, next(it, 'still'))
    else:
        print()
l = [1, 2, 3]
it = iter(l)
next(it)
l.append(4)
print(list(it), list(it))
l.append(5)
print(list(it))
l = [1, 2, 3, 4]
for x in l:
    print(x, end=' ')
    if x == 2:
        l.remove(2)
print(l)
l = list(range(5))
r = reversed(l)
next(r)
del l[2:]
print(list(r))


class Hint:
    def __init__(self, h):
        self.h = h

    def __iter__(self):
        return iter([1])

    def __length_hint__(self):
        if isinstance(self.h, Exception):
            raise self.h
        return self.h


for h in 5, 0, -1, 'x', NotImplemented, TypeError('te'), ValueError('ve'), 1 << 70:
    try:
        print(list(Hint(h)), operator.length_hint(Hint(h), 7))
    except Exception as e:
        print(type(e).__name__, e)


class Stops:
    def __init__(self):
        self.i = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.i += 1
        if self.i % 3 == 0:
            raise StopIteration(self.i)
        return self.i


s = Stops()
print(list(s), list(s), next(s), [*s], max(s))
print(list(zip(Stops(), 'abc')), dict(enumerate('xy', 5)), list(map(None.__class__, [])), list(zip()), list(map(lambda *a: a, 'ab', 'xyz')))


class Raises:
    def __iter__(self):
        return self

    def __next__(self):
        raise OSError('broken')


for f in list, tuple, set, sum, max, sorted, dict, ''.join, any, lambda x: [*x], lambda x: 1 in x, lambda x: (lambda a, b: 0)(*x):
    try:
        f(Raises())
    except OSError as e:
        print(e, end=' ')
print()
it = iter([1, 2])
print(it.__reduce__()[1], it.__length_hint__())
it.__setstate__(1)
print(list(it))
next(it, *[])
