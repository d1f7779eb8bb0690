"""A limit of the address space ends in MemoryError, wherever it is met, and the program goes on once it has dropped what it held: also while
the collector is at work, whose lists need memory as well."""
import gc
import resource


def limit(more):
    with open('/proc/self/statm') as f:
        now = int(f.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + more, resource.RLIM_INFINITY))


class Node:
    pass


def floats():
    out = []
    x = 1.5e300
    while True:
        x = x * 1.0000001 if x < 1e308 else 1.5e300
        out.append(x * 0.99999)


def pairs():
    keep = []
    while True:
        keep.append((len(keep), [0.5]))


def chain():
    last = None
    while True:
        node = Node()
        node.last, node.value = last, float(id(last)) * 1e-320
        last = node


def cycles():
    keep = []
    while True:
        a, b = Node(), Node()
        a.other, b.other = b, a
        keep.append(a)
        if len(keep) % 3 == 0:
            keep[len(keep) // 2] = None


def functions():
    keep = {}
    while True:
        n = len(keep)
        keep[n] = lambda x, n=n: x + n


def text():
    s = 'ab'
    while True:
        s += s


def table():
    d = {}
    while True:
        d[str(len(d))] = {len(d)}


def generators():
    keep = []
    while True:
        g = (x for x in keep)
        keep.append(g)
        next(g)


limit(64 << 20)
for f in (floats, pairs, chain, cycles, functions, text, table, generators):
    ended = False
    try:
        f()
    except MemoryError:
        ended = True  # (its traceback holds the frame and all that is in there)
    gc.collect()
    print(f.__name__, ended)
