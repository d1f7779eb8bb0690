"""Comparing, hashing and copying deep structures."""
import copy


def deep(make, n=100_000):
    x = make(0)
    for _ in range(n):
        x = make(x)
    return x


def show(name, f):
    try:
        print(name, f())
    except RecursionError as e:
        print(name, 'RecursionError', str(e)[:32])


def lists(x):
    return [x]


def tuples(x):
    return (x,)


def dicts(x):
    return {1: x}


show('list ==', lambda: deep(lists) == deep(lists))
show('list <', lambda: deep(lists) < deep(lists))
show('tuple ==', lambda: deep(tuples) == deep(tuples))
show('tuple <', lambda: deep(tuples) < deep(tuples))
show('dict ==', lambda: deep(dicts) == deep(dicts))
show('tuple hash', lambda: hash(deep(tuples)))
show('frozenset', lambda: hash(deep(lambda x: frozenset([x]))) != 1)
show('in', lambda: deep(lists) in [deep(lists)])
show('index', lambda: [deep(lists)].index(deep(lists)))
show('sort', lambda: sorted([deep(lists), deep(lists)]) is None)
show('deepcopy', lambda: copy.deepcopy(deep(lists)) is None)
show('max', lambda: max(deep(tuples), deep(tuples)) is None)
x = deep(lists)
print(x == x, [x] == [x], copy.copy(x) == x)
a, b = [], []
a.append(b)
b.append(a)
show('mutual', lambda: a == b)
print(a == a, a == [b])
d1, d2 = {}, {}
d1['x'] = d2
d2['x'] = d1
show('mutual dict', lambda: d1 == d2)
c = copy.deepcopy(a)
print(c is not a, c[0][0] is c)


class E:
    def __init__(self, inner):
        self.inner = inner

    def __eq__(self, other):
        return self.inner == other.inner

    def __hash__(self):
        return hash(self.inner)


show('python eq', lambda: deep(E) == deep(E))
show('python hash', lambda: hash(deep(E)))
show('shallow', lambda: deep(E, 100) == deep(E, 100))
deep(lists) == deep(lists)
