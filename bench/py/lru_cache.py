"""An LRU cache class over a dict and a linked list, against OrderedDict."""
import sys
from collections import OrderedDict


class Node:
    __slots__ = ('key', 'value', 'before', 'after')

    def __init__(self, key, value):
        self.key, self.value = key, value


class LRU:
    def __init__(self, capacity):
        self.capacity = capacity
        self.table = {}
        self.root = root = Node(None, None)
        root.before = root.after = root
        self.hits = self.misses = 0

    def unlink(self, node):
        node.before.after = node.after
        node.after.before = node.before

    def link(self, node):
        last = self.root.before
        last.after = self.root.before = node
        node.before, node.after = last, self.root

    def get(self, key):
        node = self.table.get(key)
        if node is None:
            self.misses += 1
            return None
        self.hits += 1
        self.unlink(node)
        self.link(node)
        return node.value

    def put(self, key, value):
        node = self.table.get(key)
        if node is not None:
            self.unlink(node)
            node.value = value
        else:
            if len(self.table) >= self.capacity:
                oldest = self.root.after
                self.unlink(oldest)
                del self.table[oldest.key]
            node = self.table[key] = Node(key, value)
        self.link(node)

    def __len__(self):
        return len(self.table)


class Ordered:
    def __init__(self, capacity):
        self.capacity, self.items, self.hits, self.misses = capacity, OrderedDict(), 0, 0

    def get(self, key):
        if key not in self.items:
            self.misses += 1
            return None
        self.hits += 1
        self.items.move_to_end(key)
        return self.items[key]

    def put(self, key, value):
        self.items[key] = value
        self.items.move_to_end(key)
        if len(self.items) > self.capacity:
            self.items.popitem(last=False)


def exercise(cache, n):
    state = 99
    total = 0
    for i in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        key = (state >> 8) % 2000 if i % 3 else i % 100
        value = cache.get(key)
        if value is None:
            cache.put(key, i)
        else:
            total += value & 7
    return total, cache.hits, cache.misses


size = int(sys.argv[1]) if len(sys.argv) > 1 else 900_000
mine = exercise(LRU(1000), size)
assert mine == exercise(Ordered(1000), size)
print('lru_cache', size, *mine)
