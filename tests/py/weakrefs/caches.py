"""Caches and registries on weak references, subclass hooks, references to functions, classes and generators."""
import gc
import weakref


class Meta(type):
    pass


class K(metaclass=Meta):
    pass


def f():
    pass


def gen():
    yield


g = gen()
refs = [weakref.ref(x) for x in (f, K, Meta, g, g.gi_frame if False else f, K(), lambda: 0, {1}.__class__, frozenset([1]), type(K), weakref)]
print([r() is not None for r in refs])
del g
del K
gc.collect()
print([r() is not None for r in refs[:4]])


class Instances:
    all = weakref.WeakSet()

    def __init__(self, n):
        self.n = n
        self.all.add(self)


a, b, c = (Instances(i) for i in range(3))
print(sorted(i.n for i in Instances.all))
b = None
print(sorted(i.n for i in Instances.all), len(Instances.all), a in Instances.all)


def memo(fn):
    cache = weakref.WeakKeyDictionary()

    def wrapper(obj):
        if obj not in cache:
            calls.append(obj.n)
            cache[obj] = fn(obj)
        return cache[obj]
    wrapper.cache = cache
    return wrapper


calls = []


@memo
def square(obj):
    return obj.n ** 2


print(square(a), square(a), square(c), calls, len(square.cache))
a = None
print(len(square.cache), [k.n for k in square.cache])
s = weakref.WeakSet([c])
t = weakref.WeakSet([c, Instances(9)])
print(len(s | t), len(s & t), s <= t, s == weakref.WeakSet([c]), len(t - s), s.isdisjoint(t), sorted(x.n for x in s.union([c])), len(s.copy()), repr(s)[:1])
s.discard(c)
try:
    s.remove(c)
except KeyError:
    print('KeyError')
try:
    s.pop()
except KeyError as e:
    print(e)
v = weakref.WeakValueDictionary(k=c)
v.setdefault('new', c)
print(sorted(v), v.pop('k') is c, v.get('k'), len(v), list(v.valuerefs())[0]() is c, 'new' in v, v.copy()['new'] is c)
for bad in (lambda: v.__setitem__('x', 5), lambda: weakref.WeakKeyDictionary({5: 1}), lambda: weakref.WeakSet([5]), lambda: v['zz'], lambda: weakref.WeakMethod(f), lambda: weakref.WeakMethod(5), lambda: weakref.proxy(5), lambda: weakref.finalize(5, print), lambda: weakref.getweakrefs(5), lambda: weakref.WeakValueDictionary(5)):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
order = []


class Node:
    def __init__(self, n, parent=None):
        self.n, self.parent, self.kids = n, parent and weakref.proxy(parent), []
        if parent:
            parent.kids.append(self)

    def path(self):
        return (self.parent.path() if self.parent else '') + '/' + self.n

    def __del__(self):
        order.append(self.n)


root = Node('root')
leaf = Node('leaf', Node('mid', root))
print(leaf.path())
root = None
print(order)
try:
    print(leaf.path())
except ReferenceError as e:
    print(e)
leaf = None
print(order)
p = weakref.proxy(c)
p.m = 5
del p.n
print(c.m, hasattr(p, 'n'), p.m + 1, [p.m] * 2, weakref.getweakrefcount(c) > 0)
del c
p.m
