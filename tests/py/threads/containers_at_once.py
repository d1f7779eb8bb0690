"""What built-in functions take from a dict, a set or a deque that another thread changes is what was in it at one moment: no Python code runs
while they do, so they never see it change."""
import collections
import functools
import math
import sys
import threading

sys.setswitchinterval(1e-5)
ROUNDS = 1500


def change_dict(d, i):
    d[i % 50] = i
    d.pop(i * 7 % 50, None)


def change_set(s, i):
    s.add(i % 50)
    s.discard(i * 7 % 50)


def change_deque(q, i):
    q.append(i % 50)
    if len(q) > 30:
        q.popleft()
    if i % 64 == 0:
        q.rotate(3)


def split(o):
    first, *rest = o
    return first


USES = {
    'list': list, 'tuple': tuple, 'set': set, 'frozenset': frozenset, 'sorted': sorted, 'sum': sum, 'any': any, 'all': all,
    'max': functools.partial(max, default=0), 'min': functools.partial(min, default=0), 'fromkeys': dict.fromkeys, 'deque': collections.deque,
    'extend': lambda o: [].extend(o), 'slice': lambda o: [1, 2].__setitem__(slice(0, 1), o), 'star': lambda o: [*o], 'counter': collections.Counter,
    'update': lambda o: set().update(o), 'union': lambda o: {1}.union(o), 'bytes': bytes, 'bytearray': bytearray, 'prod': math.prod,
    'call': lambda o: (lambda *a: a)(*o), 'unpack': split, 'copy': lambda o: o.copy(), 'equal': lambda o: o == o.copy(), 'repr': repr,
    'in': lambda o: 77 in o, 'fsum': math.fsum,
}
DICT_USES = {
    'values': lambda d: sum(d.values()), 'items': lambda d: dict(d.items()), 'keys': lambda d: set(d.keys()), 'dict': dict, 'or': lambda d: d | {},
    'stars': lambda d: {**d}, 'joined': lambda d: sorted(d.items()), 'common': lambda d: d.keys() & {1, 2, 3}, 'less': lambda d: d.keys() <= {1},
}
DEQUE_USES = {'count': lambda q: q.count(3), 'index': lambda q: 5 in q, 'reversed': lambda q: q.reverse()}


def run(kind, make, change, uses):
    shared, stop = make(), []

    def work():
        i = 0
        while not stop:
            change(shared, i)
            i += 1

    thread = threading.Thread(target=work)
    thread.start()
    for name, use in uses.items():
        failures = 0
        for _ in range(ROUNDS):
            try:
                use(shared)
            except RuntimeError as e:
                failures += 1
                last = e
        if failures:
            print(kind, name, failures, last)
    stop.append(1)
    thread.join()
    print(kind, 'done')


run('dict', lambda: dict.fromkeys(range(30), 1), change_dict, {**{k: v for k, v in USES.items()}, **DICT_USES})
run('set', lambda: set(range(30)), change_set, USES)
run('deque', lambda: collections.deque(range(30)), change_deque, {**USES, **DEQUE_USES})


# Of a deque with a bound no more is ever seen; what is removed is what was found.
bounded = collections.deque(maxlen=5)
removed = collections.deque(range(2000))
counts = []


def fill():
    for i in range(20000):
        bounded.append(i)
        if len(bounded) > 5:
            print('too long')
            break


def take(numbers):
    done = 0
    for i in numbers:
        removed.remove(i)
        done += 1
    counts.append(done)


threads = [threading.Thread(target=fill) for _ in range(2)]
threads += [threading.Thread(target=take, args=(range(part, 1000, 2),)) for part in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(counts, removed == collections.deque(range(1000, 2000)), len(bounded))
