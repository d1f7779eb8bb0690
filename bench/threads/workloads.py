"""The thread workloads of bench/scaling.py: each does the same total work whatever the number of threads.

    workloads.py NAME THREADS [--amount N] [--processes]      prints one line: seconds, and what the work came to

Every thread gets its share of the amount; the clock runs from the moment all threads stand at the barrier until the last one is done. One
thread is a started thread as well, so that what running in parallel costs is in every figure. --processes does the same with
multiprocessing, where that makes sense: there the clock also covers nothing but the work.
"""
import argparse
import collections
import queue
import sys
import threading
import time

WORKLOADS = {}


def workload(kind, amount, processes=True):
    def register(function):
        WORKLOADS[function.__name__] = (kind, amount, processes, function)
        return function
    return register


# Each workload takes (threads) and returns (run, result): run(part, parts, amount) is the thread's body, result(list of what they returned).

# ------------------------------------------------------------------------------------------------------------------ private data
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@workload('private', 96)
def recursion(threads):
    return lambda part, parts, n: sum(fibonacci(20) for _ in range(part, n, parts)), sum


@workload('private', 120)
def floats(threads):
    def body(part, parts, n):
        inside = 0
        for line in range(part, n, parts):
            y = line / n * 2.0 - 1.0
            for column in range(160):
                x = column / 160 * 3.0 - 2.0
                a = b = 0.0
                for _ in range(60):
                    a, b = a * a - b * b + x, 2.0 * a * b + y
                    if a * a + b * b > 4.0:
                        break
                else:
                    inside += 1
        return inside
    return body, sum


class Node:
    __slots__ = ('left', 'right')

    def __init__(self, left, right):
        self.left = left
        self.right = right


def grow(depth):
    return Node(None, None) if depth == 0 else Node(grow(depth - 1), grow(depth - 1))


def count(node):
    return 1 if node.left is None else 1 + count(node.left) + count(node.right)


@workload('private', 128)
def allocation(threads):
    return lambda part, parts, n: sum(count(grow(11)) for _ in range(part, n, parts)), sum


@workload('private', 400)
def lists(threads):
    def body(part, parts, n):
        total = 0
        for i in range(part, n, parts):
            numbers = []
            for j in range(1500):
                numbers.append(j ^ i)
            numbers.sort()
            squares = [x * x for x in numbers if x & 1]
            for j in range(0, len(squares), 3):
                squares[j] = -squares[j]
            total += sum(squares) + len(numbers[10:-10])
        return total
    return body, sum


@workload('private', 300)
def dicts(threads):
    def body(part, parts, n):
        total = 0
        for i in range(part, n, parts):
            table = {}
            for j in range(1500):
                key = (j * 7919 + i) % 1009
                table[key] = table.get(key, 0) + j
            words = {str(k): v for k, v in table.items()}
            total += sum(words.values()) + len(words)
        return total
    return body, sum


@workload('private', 500)
def strings(threads):
    def body(part, parts, n):
        total = 0
        for i in range(part, n, parts):
            pieces = []
            for j in range(200):
                pieces.append(f'item {i + j}: {j:04d}'.upper().replace('ITEM', 'piece'))
            text = ', '.join(pieces)
            total += len(text.split(', ')) + text.count('0') + len(text.encode())
            total += sum(1 for word in text.split() if word.endswith(','))
        return total
    return body, sum


class Account:
    def __init__(self, number):
        self.number = number
        self.balance = 0
        self.changes = 0

    def move(self, amount):
        self.balance += amount
        self.changes += 1
        return self.balance


@workload('private', 600)
def objects(threads):
    def body(part, parts, n):
        total = 0
        for i in range(part, n, parts):
            accounts = [Account(k) for k in range(20)]
            for j in range(50):
                for account in accounts:
                    account.move(j - account.number)
            total += sum(a.balance + a.changes for a in accounts)
        return total
    return body, sum


# -------------------------------------------------------------------------------------------------------------- shared, only read
@workload('shared read', 600_000)
def shared_dict(threads):
    table = {f'key {i}': i for i in range(1000)}
    names = [f'key {i}' for i in range(1000)]

    def body(part, parts, n):
        total = 0
        for start in range(part * 1000, n, parts * 1000):
            for name in names:
                total += table[name]
        return total
    return body, sum


@workload('shared read', 1_500_000)
def shared_list(threads):
    rows = [[i, i + 1, str(i)] for i in range(1000)]

    def body(part, parts, n):
        total = 0
        for start in range(part * 1000, n, parts * 1000):
            for i in range(1000):
                total += rows[i][1]
        return total
    return body, sum


class Point:
    scale = 3
    origin = (1, 2)

    def __init__(self, x, y):
        self.x = x
        self.y = y
        self.name = 'point'

    def weight(self, by):
        return self.x * by + self.y


@workload('shared read', 800_000)
def instances(threads):
    point = Point(3, 4)
    points = [Point(i, -i) for i in range(100)]

    def body(part, parts, n):
        total = 0
        for start in range(part * 100, n, parts * 100):
            for p in points:
                total += p.x + point.y + len(p.name)
        return total
    return body, sum


@workload('shared read', 800_000)
def methods(threads):
    point = Point(3, 4)

    def body(part, parts, n):
        total = 0
        for i in range(part, n, parts):
            total += point.weight(i & 7)
        return total
    return body, sum


@workload('shared read', 900_000)
def closures(threads):
    base = (5, 6, 7)
    steps = {'one': 1}

    def add(x):
        return x + base[1] + steps['one']

    def body(part, parts, n):
        total = 0
        for i in range(part, n, parts):
            total += add(i)
        return total
    return body, sum


@workload('shared read', 1_500_000)
def class_attributes(threads):
    def body(part, parts, n):
        total = 0
        for i in range(part, n, parts):
            total += Point.scale + Point.origin[1]
        return total
    return body, sum


SETTING = 17
LIMITS = [3, 5, 9]
TABLE = {'a': 1, 'b': 2}


def scaled(x):
    return x * SETTING


@workload('shared read', 900_000)
def module_globals(threads):
    def body(part, parts, n):
        total = 0
        for i in range(part, n, parts):
            total += scaled(i & 3) + LIMITS[i % 3] + len(TABLE)
        return total
    return body, sum


@workload('shared read', 1_200_000)
def constants(threads):
    def body(part, parts, n):
        total = 0
        for i in range(part, n, parts):
            pair = ('left', 2.5, 12345678901234567890123)
            word = 'constant'
            if i % 3 in (0, 2) and word == 'constant' and pair[0] != word:
                total += len(word)
        return total
    return body, sum


# --------------------------------------------------------------------------------------------------------------- shared, written
@workload('shared written', 300_000)
def lock_counter(threads):
    lock = threading.Lock()
    counter = [0]

    def body(part, parts, n):
        for i in range(part, n, parts):
            with lock:
                counter[0] += 1
        return 0
    return body, lambda results: counter[0]


@workload('shared written', 120_000)
def queues(threads):
    """Half of the threads put, half get; one thread does both."""
    line = queue.SimpleQueue()
    left = threading.Lock()

    def body(part, parts, n):
        total = 0
        if parts == 1:
            for i in range(n):
                line.put(i)
                if i % 64 == 63:
                    for _ in range(64):
                        total += line.get()
            for _ in range(n % 64):
                total += line.get()
            return total
        producers = parts // 2
        consumers = parts - producers
        if part < producers:
            for i in range(part, n, producers):
                line.put(i)
            return 0
        share = n // consumers + (part - producers < n % consumers)
        for _ in range(share):
            total += line.get()
        return total
    return body, sum


@workload('shared written', 500_000, processes=False)
def dict_writes(threads):
    table = {}

    def body(part, parts, n):
        for i in range(part, n, parts):
            table[i % 5000] = i
        return 0
    return body, lambda results: len(table)


@workload('shared written', 24_000)
def pool(threads):
    from concurrent.futures import ThreadPoolExecutor
    executor = ThreadPoolExecutor(threads)

    def task(i):
        return sum(range(i % 100))

    def body(part, parts, n):
        if part:
            return 0
        total = 0
        for start in range(0, n, 1000):
            total += sum(f.result() for f in [executor.submit(task, i) for i in range(start, min(start + 1000, n))])
        return total
    return body, sum


# ------------------------------------------------------------------------------------------------------------------------ running
def run_threads(name, threads, amount):
    body, result = WORKLOADS[name][3](threads)
    results = [0] * threads
    begin = threading.Barrier(threads + 1)
    ends = []

    def work(part):
        begin.wait()
        results[part] = body(part, threads, amount)
        ends.append(time.perf_counter())

    workers = [threading.Thread(target=work, args=(part,)) for part in range(threads)]
    for worker in workers:
        worker.start()
    start = time.perf_counter()
    begin.wait()
    for worker in workers:
        worker.join()
    return max(ends) - start, result(results)


def process_part(name, part, parts, amount, ready, go, out):
    body, result = WORKLOADS[name][3](parts)
    ready.release()
    go.wait()
    value = body(part, parts, amount)
    out.put((time.monotonic(), value))


def process_counter(lock, counter, part, parts, n, ready, go, out):
    ready.release()
    go.wait()
    for i in range(part, n, parts):
        with lock:
            counter.value += 1
    out.put((time.monotonic(), 0))


def process_queue(line, part, parts, n, ready, go, out):
    ready.release()
    go.wait()
    total = 0
    if parts == 1:
        for i in range(n):
            line.put(i)
            total += line.get()
    elif part < parts // 2:
        for i in range(part, n, parts // 2):
            line.put(i)
    else:
        consumers = parts - parts // 2
        for _ in range(n // consumers + (part - parts // 2 < n % consumers)):
            total += line.get()
    out.put((time.monotonic(), total))


def pool_task(i):
    return sum(range(i % 100))


def run_processes(name, count, amount):
    import multiprocessing
    context = multiprocessing.get_context('fork')
    if name == 'pool':
        with context.Pool(count) as workers:
            workers.map(pool_task, range(count))
            start = time.monotonic()
            total = sum(workers.map(pool_task, range(amount), chunksize=1))
            return time.monotonic() - start, total
    ready, go, out = context.Semaphore(0), context.Event(), context.Queue()
    if name == 'lock_counter':
        counter = context.Value('q', 0, lock=False)
        lock = context.Lock()
        jobs = [(process_counter, (lock, counter, part, count, amount, ready, go, out)) for part in range(count)]
    elif name == 'queues':
        line = context.Queue()
        jobs = [(process_queue, (line, part, count, amount, ready, go, out)) for part in range(count)]
    else:
        jobs = [(process_part, (name, part, count, amount, ready, go, out)) for part in range(count)]
    workers = [context.Process(target=target, args=args) for target, args in jobs]
    for worker in workers:
        worker.start()
    for worker in workers:
        ready.acquire()
    start = time.monotonic()
    go.set()
    answers = [out.get() for worker in workers]
    for worker in workers:
        worker.join()
    total = counter.value if name == 'lock_counter' else sum(value for end, value in answers)
    return max(end for end, value in answers) - start, total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('name', choices=list(WORKLOADS))
    parser.add_argument('threads', type=int)
    parser.add_argument('--amount', type=float, default=1.0, help='multiple of the usual amount')
    parser.add_argument('--processes', action='store_true')
    options = parser.parse_args()
    amount = max(1, int(WORKLOADS[options.name][1] * options.amount))
    seconds, result = (run_processes if options.processes else run_threads)(options.name, options.threads, amount)
    print(f'{seconds:.6f} {result}')


if __name__ == '__main__':
    main()
