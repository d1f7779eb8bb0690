"""Objects that come back from __del__, and finalisers that run once."""
import gc
import weakref


class Phoenix:
    saved = []
    count = 0

    def __del__(self):
        Phoenix.count += 1
        Phoenix.saved.append(self)
        print('rising', Phoenix.count)


p = Phoenix()
p.data = [1, 2]
del p
print(Phoenix.saved[0].data)
Phoenix.saved.clear()
print('cleared', Phoenix.count)


class Node:
    def __init__(self, name):
        self.name = name
        self.other = None

    def __del__(self):
        print('del', self.name)


a, b = Node('a'), Node('b')
a.other, b.other = b, a
ref = weakref.ref(a, lambda r: print('weakref callback'))
del a, b
print('cycle made')
gc.collect()
print('collected', ref() is None)


class Selfish:
    keep = None

    def __init__(self):
        self.me = self

    def __del__(self):
        Selfish.keep = self
        print('selfish saved')


Selfish()
gc.collect()
print(Selfish.keep is not None, Selfish.keep.me is Selfish.keep)
Selfish.keep = None
gc.collect()
print('second collection prints nothing new')


class WithRef:
    def __del__(self):
        print('ref in del', r() is None)


w = WithRef()
r = weakref.ref(w)
del w
print(r() is None)
n = Node('in list')
n.other = [n]
del n
gc.collect()
print(gc.garbage)
