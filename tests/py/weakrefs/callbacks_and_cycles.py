"""Callbacks that touch their referents' neighbours; references in containers that die together."""
import gc
import weakref


class Node:
    def __init__(self, name):
        self.name = name
        self.children = []
        self._parent = None

    @property
    def parent(self):
        return self._parent() if self._parent else None

    def add(self, child):
        child._parent = weakref.ref(self)
        self.children.append(child)
        return child

    def __del__(self):
        print('del', self.name, end='; ')


root = Node('root')
kid = root.add(Node('kid'))
leaf = kid.add(Node('leaf'))
print(leaf.parent.name, leaf.parent.parent is root)
del root
print()
print(kid.parent, leaf.parent.name)
del kid
print(leaf.parent)
del leaf
print()


class Observer:
    def __init__(self, subject, log):
        self.log = log
        self.ref = weakref.ref(subject, self.gone)

    def gone(self, r):
        self.log.append(('gone', r() is None, r is self.ref))


log = []
s = Node('subject')
o = Observer(s, log)
del s
print(log)
s = Node('second')
o = Observer(s, log)
del o
del s
print(len(log))
cache = weakref.WeakValueDictionary()


def get(name):
    v = cache.get(name)
    if v is None:
        cache[name] = v = Node(name)
        print('made', name, end='; ')
    return v


x = get('x')
print(get('x') is x, get('y').name, list(cache))
a, b = Node('a'), Node('b')
a.children.append(b)
b.children.append(a)
ra, rb = weakref.ref(a, lambda r: log.append('ra')), weakref.ref(b, lambda r: log.append('rb'))
a.ref = weakref.ref(b, lambda r: log.append('inner, not called'))
del a, b
gc.collect()
print(ra(), rb(), sorted(map(str, log[1:])))
d = weakref.WeakKeyDictionary()
keys = [Node(f'k{i}') for i in range(3)]
for k in keys:
    d[k] = k.name
try:
    for k in d:
        d[Node('added')] = 1
        break
except RuntimeError as e:
    print(e)
it = iter(d)
next(it)
keys.clear()
del k
print(len(d))
del it
print(len(d))
f = weakref.finalize(x, lambda: print('finalised x', end='; '))
del x
print(f.alive, list(cache))
r = weakref.ref(Node('temp'))
print(r())
r().name
