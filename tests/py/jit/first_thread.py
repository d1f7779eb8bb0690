# interpreter: -X gil=0 -X jit-threshold=0
# A second thread starts while machine code for one is running: in the middle of an instruction, by a finaliser, deep in calls and loops.
import threading


class P:
    def __init__(self, x):
        self.x = x
        self.y = [x]

    def sum(self):
        return self.x + self.y[0]


class Starts:
    def __init__(self, action):
        self.action = action

    def __del__(self):
        self.action()


shared = [0] * 10
go = threading.Event()
stop = False
threads = []


def other():
    go.set()
    n = 0
    while not stop:
        shared[3] = n
        shared.append(n)
        shared.pop()
        n += 1


def start():
    for _ in range(2):
        t = threading.Thread(target=other)
        threads.append(t)
        t.start()
    go.wait()


def cells():
    n = 0

    def add(k):
        nonlocal n
        n += k
        return n
    return add


def numbers(n):
    for i in range(n):
        yield i


def work(starter):
    total, p, add, own = 0, P(1), cells(), [0, 0, 0]
    for i in range(300):
        if i == 150:
            starter = None  # here they start
        shared[1] = i
        own[1] = i
        total += own[1] + shared[1] * 0 + own[-1] + shared[-1] * 0
        p.x = i
        p.y[0] = i
        total += p.sum() + add(i)
        made = [P(k).sum() for k in range(3)]
        for v in made:
            total += v
        for v in numbers(3):
            total += v
        for k, v in enumerate(made):
            total += k * v
        for a, b in zip(made, made):
            total += a - b
        table = {'a': i, 'b': made}
        total += table['a'] + len(table['b']) + len('abc')
        made.append(total)
        total = made[-1] % 1000003
        text = 'x' * 3 + str(i)
        total += text == 'xxx150'
    return total


def deep(n, starter):
    if n:
        result = deep(n - 1, starter)
        shared[2] = n
        return result + shared[2] * 0 + n
    return work(starter)


def generator_runs(starter):
    for i in range(20):
        if i == 10:
            del starter
        yield i + shared[2] * 0


alone = deep(10, Starts(lambda: None))
print(alone)
print(sum(generator_runs(Starts(start))), len(threads))
print(deep(10, None) == alone, work(Starts(lambda: None)) == work(None))
stop = True
for t in threads:
    t.join()

# The same with one in the middle of deep calls.
threads.clear()
stop = False
go.clear()
print(deep(10, Starts(start)) == alone, len(threads))
stop = True
for t in threads:
    t.join()
results = []
threads = [threading.Thread(target=lambda: results.append(deep(10, None) == alone)) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(results)


# Two threads take turns at one generator, or find it running.
def counter():
    for i in range(4000):
        yield i


def take(g, out):
    while True:
        try:
            for v in g:
                out.append(v)
            return
        except ValueError as e:
            assert 'already executing' in str(e), e


g, outs = counter(), [[], []]
threads = [threading.Thread(target=take, args=(g, o)) for o in outs]
for t in threads:
    t.start()
for t in threads:
    t.join()
both = outs[0] + outs[1]
print(len(both), sorted(both) == list(range(4000)))


# Defaults and classes change while others call.
def call(a, b=1, c=2):
    return a + b + c


def changes():
    for i in range(300):
        call.__defaults__ = (i, i, i)
        call.__defaults__ = (1, 2)
        P.sum = lambda self: self.x
        P.sum = P.first = lambda self: self.y


def calls(out):
    p, bad = P(5), 0
    for i in range(3000):
        try:
            bad += call(i) < i
        except TypeError:
            bad += 1
        bad += p.sum() not in (5, [5], 10)
    out.append(bad)


bad = []
threads = [threading.Thread(target=changes)] + [threading.Thread(target=calls, args=(bad,)) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(bad)
