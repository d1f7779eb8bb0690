"""Threads that use the same containers: nothing is lost, nothing breaks."""
import threading

N = 4
ROUNDS = 3000


def together(*fs):
    threads = [threading.Thread(target=f) for f in fs]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


shared = []
together(*[lambda: [shared.append(i) for i in range(ROUNDS)] for _ in range(N)])
print(len(shared), sum(shared) == N * sum(range(ROUNDS)))
table = {}


def fill(k):
    for i in range(ROUNDS):
        table[k, i] = i
        table.get((k - 1, i))


together(*[lambda k=k: fill(k) for k in range(N)])
print(len(table), sum(table.values()) == N * sum(range(ROUNDS)))
members = set()
together(*[lambda k=k: [members.add(i * N + k) for i in range(ROUNDS)] for k in range(N)])
print(len(members))


class Obj:
    pass


obj = Obj()


def attributes(k):
    for i in range(ROUNDS):
        setattr(obj, f'a{k}_{i % 50}', i)
        getattr(obj, f'a{(k + 1) % N}_{i % 50}', None)


together(*[lambda k=k: attributes(k) for k in range(N)])
print(len(vars(obj)))
stack = list(range(N * ROUNDS))
popped = [[] for _ in range(N)]


def pop(k):
    while True:
        try:
            popped[k].append(stack.pop())
        except IndexError:
            return


together(*[lambda k=k: pop(k) for k in range(N)])
print(sorted(sum(popped, [])) == list(range(N * ROUNDS)))
text = ['']
lock = threading.Lock()


def concat(c):
    for _ in range(500):
        with lock:
            text[0] += c


together(*[lambda c=c: concat(c) for c in 'abcd'])
print(len(text[0]), text[0].count('a'))


def generator():
    for i in range(10):
        yield i


g = generator()
errors = []


def drain():
    for _ in range(10):
        try:
            with lock:
                next(g)
        except StopIteration:
            errors.append('stop')


together(drain, drain)
print(len(errors))
results = {}


def compute(k):
    total = 0
    for i in range(ROUNDS):
        total += (i * k) ^ (i + k)
    results[k] = total


together(*[lambda k=k: compute(k) for k in range(N)])
print([results[k] for k in range(N)] == [sum((i * k) ^ (i + k) for i in range(ROUNDS)) for k in range(N)])
deletions = {i: i for i in range(N * ROUNDS)}
together(*[lambda k=k: [deletions.pop(i * N + k) for i in range(ROUNDS)] for k in range(N)])
print(deletions)
iterations = []


def iterate():
    for _ in range(20):
        iterations.append(sum(list(shared)))


together(iterate, iterate)
print(len(set(iterations)))
exceptions = []


def raising(k):
    for i in range(500):
        try:
            raise ValueError(k, i)
        except ValueError as e:
            if e.args != (k, i):
                exceptions.append(e)


together(*[lambda k=k: raising(k) for k in range(N)])
print(exceptions)
import itertools
counter = itertools.count()
seen = []
together(*[lambda: [seen.append(next(counter)) for _ in range(ROUNDS)] for _ in range(N)])
print(len(set(seen)), max(seen))
deep = []


def recurse(n):
    return 0 if n == 0 else 1 + recurse(n - 1)


together(*[lambda: deep.append(recurse(500)) for _ in range(N)])
print(deep)
together(lambda: deep.append(pow(7, 100_000, 10 ** 9)), lambda: deep.append(sum(range(100_000))))
print(sorted(deep[4:]))
overflow = []


def too_deep():
    try:
        recurse(100_000)
    except RecursionError as e:
        overflow.append(type(e).__name__)


together(too_deep, too_deep)
print(overflow)
together(5)
