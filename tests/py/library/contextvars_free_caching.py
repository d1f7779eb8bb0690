"""A memo table with expiry by a fake clock, statistics, thread safety and bad keys."""
import functools
import threading


class Clock:
    def __init__(self):
        self.now = 0

    def __call__(self):
        return self.now


def cached(*, clock, ttl=10, size=3, key=None):
    def decorate(f):
        table, lock, stats = {}, threading.RLock(), dict.fromkeys(('hit', 'miss', 'expired', 'evicted'), 0)

        @functools.wraps(f)
        def wrapper(*args, **kw):
            k = key(*args, **kw) if key else (args, tuple(sorted(kw.items())))
            with lock:
                try:
                    value, at = table[k]
                except KeyError:
                    stats['miss'] += 1
                else:
                    if clock() - at < ttl:
                        stats['hit'] += 1
                        table[k] = table.pop(k)
                        return value
                    stats['expired'] += 1
                    del table[k]
                value = f(*args, **kw)
                if len(table) >= size:
                    del table[next(iter(table))]
                    stats['evicted'] += 1
                table[k] = value, clock()
                return value
        wrapper.table, wrapper.stats = table, stats
        wrapper.clear = table.clear
        return wrapper
    return decorate


clock = Clock()
calls = []


@cached(clock=clock)
def square(x, *, plus=0):
    """squares"""
    calls.append(x)
    return x * x + plus


print(square(2), square(2), square(3), square(2, plus=1), calls, square.stats)
clock.now = 5
print(square(4), list(square.table), square.stats['evicted'])
clock.now = 12
print(square(3), square(4), calls, square.stats)
print(square.__name__, square.__doc__, square.__wrapped__(9))
for bad in ([1],), ({},), ('x',), (None,), ():
    try:
        print(square(*bad))
    except TypeError as e:
        print(type(e).__name__, e)


@cached(clock=clock, key=lambda n: n % 10, size=10)
def last_digit(n):
    return f'computed for {n}'


print(last_digit(12), last_digit(22), last_digit(3), last_digit.stats)


@cached(clock=clock, size=100)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(60), fib.stats)
counter = [0]


@cached(clock=clock, size=50)
def slow(n):
    counter[0] += 1
    return n


threads = [threading.Thread(target=lambda: [slow(i % 20) for i in range(200)]) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(counter[0], slow.stats['hit'] + slow.stats['miss'])


@cached(clock=clock)
def fails(n):
    calls.append(n)
    raise LookupError(n)


for _ in range(2):
    try:
        fails(1)
    except LookupError as e:
        print('raised', e)
print(calls[-2:], fails.table)


class Service:
    def __init__(self, name):
        self.name = name

    @cached(clock=clock)
    def get(self, x):
        return f'{self.name}:{x}'


a, b = Service('a'), Service('b')
print(a.get(1), b.get(1), a.get(1), Service.get.stats, len(Service.get.table))
Service.get.clear()
print(Service.get.table, functools.reduce(lambda acc, f: f(acc), [str, len, lambda n: n * 2], 12345))
fails(7)
