"""What single operations cost in a started thread: prints {name: seconds for one}, the fastest of some rounds.

    operations_cases.py [NAME...]
"""
import collections
import itertools
import json
import sys
import threading
import time

N = 200_000


class Plain:
    def __init__(self):
        self.x = 0
        self.y = None

    def inc(self, n):
        self.x += n


def gen(n):
    for i in range(n):
        yield i


OPERATIONS = {}


def operation(f):
    OPERATIONS[f.__name__] = f
    return f


@operation
def attr_store(n):
    a = Plain()
    for i in range(n):
        a.x = i


@operation
def attr_add(n):
    a = Plain()
    for i in range(n):
        a.x += 1


@operation
def attr_store_heap(n):
    a = Plain()
    t = (1,)
    for i in range(n):
        a.y = t


@operation
def attr_load(n):
    a = Plain()
    for i in range(n):
        a.x


@operation
def new_object(n):
    for i in range(n):
        Plain()


@operation
def method(n):
    a = Plain()
    for i in range(n):
        a.inc(i)


@operation
def list_store(n):
    l = [0] * 8
    for i in range(n):
        l[i & 7] = i


@operation
def list_load(n):
    l = [0] * 8
    for i in range(n):
        l[i & 7]


@operation
def list_iter(n):
    l = [1] * n
    for i in l:
        pass


@operation
def list_append(n):
    l = []
    for i in range(n):
        l.append(i)


@operation
def list_pop(n):
    l = [1] * n
    for i in range(n):
        l.pop()


@operation
def list_comp(n):
    [i for i in range(n)]


@operation
def list_display(n):
    for i in range(n):
        [i, i, i]


@operation
def list_slice(n):
    l = [1] * 8
    for i in range(n):
        l[1:3]


@operation
def tuple_display(n):
    for i in range(n):
        (i, i, i)


@operation
def unpack(n):
    t = (1, 2)
    for i in range(n):
        a, b = t


@operation
def pairs(n):
    l = [(1, 2)] * n
    for a, b in l:
        pass


@operation
def enum(n):
    l = [1] * n
    for a, b in enumerate(l):
        pass


@operation
def zips(n):
    l = [1] * n
    for a, b in zip(l, l):
        pass


@operation
def gen_for(n):
    for i in gen(n):
        pass


@operation
def gen_sum(n):
    sum((i for i in range(n)))


@operation
def gen_new(n):
    for i in range(n // 4):
        for j in gen(3):
            pass


@operation
def dict_store(n):
    d = {}
    for i in range(n):
        d[i & 63] = i


@operation
def dict_grow(n):
    d = {}
    for i in range(n):
        d[i] = i


@operation
def dict_load(n):
    d = dict.fromkeys(range(64), 1)
    for i in range(n):
        d[i & 63]


@operation
def dict_get(n):
    d = dict.fromkeys(range(64), 1)
    for i in range(n):
        d.get(i)


@operation
def dict_str(n):
    d = {'a': 1, 'b': 2}
    for i in range(n):
        d['b']


@operation
def dict_items(n):
    d = dict.fromkeys(range(n), 1)
    for a, b in d.items():
        pass


@operation
def dict_comp(n):
    {i: i for i in range(n)}


@operation
def set_add(n):
    s = set()
    for i in range(n):
        s.add(i & 1023)


@operation
def set_in(n):
    s = set(range(64))
    for i in range(n):
        i in s


@operation
def set_comp(n):
    {i for i in range(n)}


@operation
def bytearray_store(n):
    b = bytearray(64)
    for i in range(n):
        b[i & 63] = 1


@operation
def bytearray_load(n):
    b = bytearray(64)
    for i in range(n):
        b[i & 63]


@operation
def closure(n):
    x = 0

    def f():
        nonlocal x
        x += 1
    for i in range(n):
        f()


@operation
def glob(n):
    for i in range(n):
        N


@operation
def global_store(n):
    global G
    for i in range(n):
        G = i


@operation
def str_format(n):
    for i in range(n):
        f'{i} {i}'


@operation
def str_join(n):
    ','.join([str(i) for i in range(n)])


@operation
def str_methods(n):
    s = 'Hello World'
    for i in range(n):
        s.lower().split()


@operation
def deques(n):
    d = collections.deque()
    for i in range(n):
        d.append(i)
        d.popleft()


@operation
def itert(n):
    for i in itertools.islice(itertools.count(), n):
        pass


@operation
def maps(n):
    for i in map(str, range(n)):
        pass


@operation
def filt(n):
    for i in filter(None, range(n)):
        pass


@operation
def tryexc(n):
    for i in range(n):
        try:
            raise ValueError
        except ValueError:
            pass


@operation
def withs(n):
    l = threading.Lock()
    for i in range(n):
        with l:
            pass


@operation
def sorts(n):
    for i in range(n // 10):
        sorted([3, 1, 2, 5, 4, 7, 6, 9, 8, 0])


@operation
def counter(n):
    collections.Counter([1, 2, 3, 4] * (n // 4))


@operation
def isinst(n):
    for i in range(n):
        isinstance(i, int)


@operation
def lens(n):
    l = [1]
    for i in range(n):
        len(l)


@operation
def bigint(n):
    x = 1 << 80
    for i in range(n):
        x + i


@operation
def kwcall(n):

    def f(a, b=2, *, c=3):
        return a
    for i in range(n):
        f(1, c=i)


@operation
def starcall(n):

    def f(*a):
        return a
    for i in range(n):
        f(1, i)


@operation
def supers(n):

    class B(Plain):
        def inc(self, n):
            super().inc(n)
    b = B()
    for i in range(n):
        b.inc(1)


def main():
    seconds = {}
    for name in sys.argv[1:] or OPERATIONS:
        f = OPERATIONS[name]
        f(N)
        times = []
        for _ in range(4):
            begin = time.thread_time()
            f(N)
            times.append(time.thread_time() - begin)
        seconds[name] = min(times) / N
    print(json.dumps(seconds))


if __name__ == '__main__':
    thread = threading.Thread(target=main)
    thread.start()
    thread.join()
