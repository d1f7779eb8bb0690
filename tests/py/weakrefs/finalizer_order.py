"""Finalizers of garbage run in the order of age, however old it is and wherever its memory comes from."""
import gc


class Node:
    def __init__(self, name):
        self.name = name
        self.me = self

    def __del__(self):
        order.append(self.name)


class Plain:
    pass


order = []
gc.disable()
gc.collect()

# Memory that was used before, in no particular order.
holes = [Plain() for _ in range(2000)]
del holes[::3], holes[::2], holes[1::3]
nodes = [Node(i) for i in range(300)]
gc.collect()
gc.collect()
del nodes
gc.collect()
print(order == list(range(300)), len(order))

# Some old, some not so old, some young.
order.clear()
keep = [Node(i) for i in range(5)]
gc.collect()
keep += [Node(i) for i in range(5, 10)]
gc.collect(0)
keep += [Node(i) for i in range(10, 15)]
del keep, holes
gc.collect()
print(order)

# A cell whose object is gone counts for its new one alone.
order.clear()
for turn in range(4):
    keep = [Node((turn, i)) for i in range(4)]
    gc.collect()
    for n in keep[::-1]:
        n.me = None
    del n, keep
    order.clear()
keep = [Node(i) for i in range(8)]
gc.collect()
del keep
gc.collect()
print(order)

# Each once, though it comes back.
order.clear()
saved = []


class Back(Node):
    def __del__(self):
        order.append(self.name)
        saved.append(self)


keep = [Back(i) for i in range(4)]
gc.collect()
del keep
gc.collect()
print(order, [b.name for b in saved])
saved.clear()
gc.collect()
print(order)
