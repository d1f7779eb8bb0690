# yield from, await and send() many levels deep, with throws, closes, tracing and results between.
import sys


class Tree:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def tree(depth, n=1):
    return Tree(tree(depth - 1, 2 * n), n, tree(depth - 1, 2 * n + 1)) if depth else None


t = tree(8)
for _ in range(6):
    total = sum(x * i for i, x in enumerate(t))
print(total, list(tree(3)))


def deep(n):
    if n == 0:
        got = []
        while True:
            x = yield len(got)
            if x is None:
                return got
            got.append(x)
    return (yield from deep(n - 1))


def drive(values):
    g = deep(20)
    next(g)
    seen = [g.send(v) for v in values]
    try:
        g.send(None)
    except StopIteration as e:
        return seen, e.value


for _ in range(50):
    r = drive([1, 'a', 2.5, [3], (4,), False, ...])
print(r)


def catches(n, log):
    try:
        if n:
            return (yield from catches(n - 1, log))
        while True:
            try:
                yield n
            except KeyError as e:
                log.append(str(e))
    except ValueError as e:
        log.append(('value', n))
        raise
    finally:
        log.append(n)


for round in range(300):
    log = []
    g = catches(3, log)
    next(g)
    for i in range(10):
        next(g)
    g.throw(KeyError('k'))
    next(g)
    if round % 2:
        try:
            g.throw(ValueError('v'))
        except ValueError as e:
            depth = 0
            tb = e.__traceback__
            while tb:
                depth += 1
                tb = tb.tb_next
    else:
        g.close()
    if round > 297:
        print(log, depth)


class Suspends:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


async def inner(n):
    total = 0
    for i in range(n):
        total += await Suspends(i)
    return total


async def outer(n, depth):
    if depth:
        return await outer(n, depth - 1)
    return await inner(n)


def run(c, answer):
    asked = []
    try:
        value = None
        while True:
            asked.append(c.send(value))
            value = answer
    except StopIteration as e:
        return e.value, len(asked)


for _ in range(60):
    r = run(outer(10, 5), 3)
    s = run(outer(10, 5), 10**30)
print(r, s)


# The delegate isn't a generator, or changes its kind.
def mixed(sources):
    for s in sources:
        r = yield from s
        yield r


class Sender:
    def __init__(self):
        self.sent = []

    def __iter__(self):
        return self

    def __next__(self):
        return self.send(None)

    def send(self, value):
        self.sent.append(value)
        if len(self.sent) > 3:
            raise StopIteration(self.sent)
        return len(self.sent)


for _ in range(200):
    r = list(mixed([[1, 2], range(2), Sender(), deep(2), (x for x in 'ab'), {3: 4}]))
print(r)
g = mixed([Sender()])
print(next(g), g.send('x'), g.send('y'), g.send('z'))


def numbers(n):
    for i in range(n):
        yield i


def delegates(n):
    return (yield from numbers(n))


# Reentered, recursion too deep, and a trace function that comes and goes.
def itself():
    yield 1
    yield from holder[0]


for _ in range(300):
    holder = [None]
    holder[0] = itself()
    next(holder[0])
    try:
        next(holder[0])
    except ValueError as e:
        said = str(e)
print(said)


def endless(n):
    yield from endless(n + 1)


try:
    next(endless(0))
except RecursionError as e:
    print('RecursionError')

events = []


def tracer(frame, event, arg):
    if event in ('call', 'return'):
        events.append((event, frame.f_code.co_name, arg))
    return tracer


total = 0
for i, x in enumerate(delegates(2000)):
    if i == 1500:
        sys.settrace(tracer)
    total += x
    if i == 1501:
        sys.settrace(None)
print(total, events)

# Threads of control between: each generator's exception state is its own.
def handling(n):
    for i in range(n):
        try:
            raise KeyError(i)
        except KeyError:
            yield sys.exc_info()[0]


def over():
    yield from handling(500)


names = set()
for x in over():
    names.add((x.__name__, sys.exc_info()[0]))
print(names)
