"""Uses of generators: pipelines, trees, coroutines, infinite streams, lazy evaluation, cleanup."""
import itertools


def numbers():
    n = 0
    while True:
        yield n
        n += 1


def take(n, it):
    for _, x in zip(range(n), it):
        yield x


def pipeline(*stages):
    def run(it):
        for s in stages:
            it = s(it)
        return it
    return run


double = lambda it: (x * 2 for x in it)
odd = lambda it: (x for x in it if x % 3)
print(list(take(8, pipeline(double, odd)(numbers()))))


class Tree:
    def __init__(self, v, l=None, r=None):
        self.v, self.l, self.r = v, l, r

    def __iter__(self):
        if self.l:
            yield from self.l
        yield self.v
        if self.r:
            yield from self.r


t = Tree(4, Tree(2, Tree(1), Tree(3)), Tree(6, Tree(5)))
print(list(t), sum(t), 5 in t, [a for a, b in zip(t, t) if a != b])


def averager():
    total = count = 0
    avg = None
    while True:
        x = yield avg
        total += x
        count += 1
        avg = total / count


a = averager()
next(a)
print([a.send(x) for x in (10, 20, 60)])


def scheduler(tasks):
    tasks = list(tasks)
    while tasks:
        task = tasks.pop(0)
        try:
            yield next(task)
            tasks.append(task)
        except StopIteration as e:
            yield f'done {e.value}'


def task(name, n):
    for i in range(n):
        yield f'{name}{i}'
    return name


print(list(scheduler([task('a', 2), task('b', 3), task('c', 0)])))


def primes():
    found = []
    for n in itertools.count(2):
        if all(n % p for p in found if p * p <= n):
            found.append(n)
            yield n


print(list(itertools.islice(primes(), 15)), list(itertools.takewhile(lambda p: p < 30, primes())))


def permute(items):
    if not items:
        yield ()
    for i, x in enumerate(items):
        for rest in permute(items[:i] + items[i + 1:]):
            yield (x,) + rest


print(len(list(permute('abcd'))), next(permute([1, 2, 3])))


def hanoi(n, a='A', b='B', c='C'):
    if n:
        yield from hanoi(n - 1, a, c, b)
        yield a + c
        yield from hanoi(n - 1, b, a, c)


print(' '.join(hanoi(3)), sum(1 for _ in hanoi(10)))


def resource(log):
    log.append('open')
    try:
        yield 'r'
    finally:
        log.append('close')


log = []
for r in resource(log):
    log.append(r)
g = resource(log)
next(g)
del g
print(log)
g1, g2 = itertools.tee(x for x in range(3))
print(list(g1), list(g2))
g = (x for x in [1, 2, 3])
print(2 in g, list(g), list(zip(*[iter(range(6))] * 2)), dict(zip('ab', numbers())))
len(g)
