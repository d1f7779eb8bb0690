"""Generators, comprehensions and iterators."""


def fib(limit):
    a, b = 0, 1
    while a < limit:
        yield a
        a, b = b, a + b


print(list(fib(100)), sum(fib(1000)), max(fib(50)))
print([x * x for x in range(10) if x % 2], {x % 3 for x in range(9)}, {k: v for k, v in zip('abc', range(3))})
print(sum(x for x in range(10)), ''.join(c for c in 'h-e-l-l-o' if c != '-'))


def echo():
    received = []
    while True:
        item = yield len(received)
        if item is None:
            return received
        received.append(item)


g = echo()
print(next(g), g.send('a'), g.send('b'))
try:
    g.send(None)
except StopIteration as e:
    print('returned', e.value)


def outer():
    result = yield from echo()
    yield 'inner gave', result


o = outer()
print(next(o), o.send(1), o.send(None))


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


print(list(Countdown(4)), *Countdown(3), [*Countdown(2), 'x'])
for i, (a, b) in enumerate(zip(range(3), 'xyz'), 1):
    print(i, a, b, end='; ')
else:
    print('done')
print(list(map(lambda a, b: a * b, [1, 2, 3], [4, 5, 6])), list(filter(None, [0, 1, '', 'a'])), list(reversed([1, 2])))
print(any(x > 3 for x in [1, 5]), all([]), next(iter([]), 'default'))
