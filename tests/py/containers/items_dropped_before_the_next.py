"""Built-in functions that walk an iterable let an item go before they ask for the next one, so an iterator that hands out one tuple again
and again can."""
import collections
import itertools
import weakref


class Item:
    def __hash__(self):
        return 1

    def __bool__(self):
        return False

    def __add__(self, other):
        return 0
    __radd__ = __add__


def items(log):
    last = None
    for _ in range(3):
        item = Item()
        log.append(None if last is None else last() is None)
        last = weakref.ref(item)
        yield item
        del item


for name, f in [('deque', lambda it: collections.deque(it, 0)), ('any', any), ('sum', sum),
                ('isdisjoint', lambda it: {5}.isdisjoint(it)), ('difference_update', lambda it: {5}.difference_update(it))]:
    log = []
    f(items(log))
    print(name, log)


class Ids:
    """Passes tuples on and counts how many different ones there were at a time."""
    def __init__(self, inner):
        self.inner, self.same, self.last = iter(inner), 0, None

    def __iter__(self):
        return self

    def __next__(self):
        item = next(self.inner)
        self.same += id(item) == self.last
        self.last = id(item)
        return item


for inner in (zip(range(9), range(9)), itertools.combinations(range(6), 2), enumerate('abc'), itertools.product('ab', repeat=2)):
    ids = Ids(inner)
    collections.deque(ids, 0)
    print(type(inner).__name__, ids.same > 0)
