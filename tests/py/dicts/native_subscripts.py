"""Subscripts of classes that inherit C++ code, beside __missing__ and Python's own; hashes of flat and nested tuples."""
from collections import Counter, OrderedDict, defaultdict


class Lazy(dict):
    def __missing__(self, key):
        self[key] = value = ('made', key)
        return value


class Own(dict):
    def __getitem__(self, key):
        return 'own', super().__getitem__(key)


class Items(list):
    pass


class Deletes(dict):
    def __delitem__(self, key):
        print('del', key)
        super().__delitem__(key)


def get(o, k):
    return o[k]


def count(keys):
    c = Counter()
    for k in keys:
        c[k, k] += 1
    return c


for turn in range(3000):
    r = [get(Lazy(), 1), get(Items('ab'), -1), get(OrderedDict(a=2), 'a')]
print(r, count('abca' * 500).most_common(2))
own = Own(x=1)
print([get(own, 'x'), get(Lazy(), 2), get(defaultdict(list), 3), get(Items([5]), 0), get('abc', 1)])
for o, k in ((Items(), 3), (Own(), 'no'), ({}, 'none'), (Deletes(), 1)):
    try:
        get(o, k)
    except LookupError as e:
        print(type(e).__name__, e)
Lazy.__getitem__ = lambda self, key: 'later'
print(get(Lazy(), 4))
del Lazy.__getitem__
print(get(Lazy(), 4))


class Base(dict):
    pass


b = Base(q=1)
for turn in range(3000):
    get(b, 'q')
Base.__getitem__ = lambda self, key: 'changed'
print(get(b, 'q'))
d = Deletes(a=1)
for turn in range(3000):
    d['b', turn & 1] = turn
del d['a']
print(d, {} | d)


class Loud:
    def __hash__(self):
        print('hash', end=' ')
        return 7


print(hash((1, -1, 2**61 - 1, -2**61 + 1, 2**61, 2**70, 1.5)), hash(((1, 2), 3, (4, (5, 6)))), hash(()), hash((-1,)))
print(hash((Loud(), (Loud(), 1), 2)) == hash((7, (7, 1), 2)))
for bad in ((1, []), (1, (2, [])), ([], 1)):
    try:
        hash(bad)
    except TypeError as e:
        print(e)
