# What C++ code that takes the items of an iterable sees: built-in iterators, those written in Python, and ends of all kinds.
import collections
import itertools


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        if self.n == 5:  # the class gets another one while it is used
            Countdown.__next__ = other_next
        return self.n


def other_next(self):
    if self.n <= 1:
        raise StopIteration
    self.n -= 1
    return -self.n


def stops(x):
    if x == 3:
        raise StopIteration
    return x


def fails(x):
    if x == 3:
        raise ValueError("three")
    return x


class Items:
    def __getitem__(self, i):
        if i == 4:
            raise IndexError
        return i * i


consumers = {
    "deque": collections.deque,
    "deque0": lambda it: collections.deque(it, maxlen=0),
    "deque2": lambda it: collections.deque(it, 2),
    "left": lambda it: (lambda d: (d.extendleft(it), d)[1])(collections.deque()),
    "set": lambda it: sorted(set().union(it)),
    "update": lambda it: (lambda s: (s.update(it), sorted(s))[1])(set()),
    "bytes": bytes,
    "bytearray": bytearray,
    "list": list,
    "array": lambda it: __import__("array").array("q", it),
    "disjoint": lambda it: {77}.isdisjoint(it),
    "superset": lambda it: set(range(9)).issuperset(it),
}
sources = {
    "range": lambda: range(6),
    "list": lambda: [5, 3, 1],
    "tuple": lambda: (5, 3, 1),
    "empty": lambda: iter(()),
    "map": lambda: map(abs, [1, -2]),
    "stops": lambda: map(stops, range(6)),
    "fails": lambda: map(fails, range(6)),
    "generator": lambda: (x for x in (1, 2)),
    "raises": lambda: (fails(x) for x in range(6)),
    "items": lambda: Items(),
    "callable": lambda: iter(iter([1, 2, 3, 4]).__next__, 3),
    "chain": lambda: itertools.chain([1], map(stops, range(6)), [2]),
    "none": lambda: None,
    "dict": lambda: {1: 2, 3: 4},
}
for name, consume in consumers.items():
    for source, make in sources.items():
        try:
            print(name, source, consume(make()))
        except Exception as e:
            print(name, source, type(e).__name__, e)
print(list(Countdown(9)), collections.deque(Countdown(9)), bytes(map(abs, Countdown(3))))

# A list that grows while it is walked, a dict that changes.
grows = [1, 2, 3]


class Adds:
    def __eq__(self, other):
        if len(grows) < 8:
            grows.append(len(grows))
        return False

    def __hash__(self):
        return hash(2)

    def __repr__(self):
        return "Adds"


print(sorted({Adds()}.union(grows), key=repr)[1:], grows)
d = {i: i for i in range(3)}


def changing():
    for k in d:
        yield k
        d[k + 10] = 0


try:
    collections.deque(changing(), maxlen=0)
except RuntimeError as e:
    print(e)

# Results that are handed out again while nobody holds them, and aren't once somebody does.
names = ["a", "b", "c" * 3, "d"]
for make in (
    lambda: itertools.product(names, repeat=3),
    lambda: itertools.product(names, [1, 2.5, (3,)], [None]),
    lambda: itertools.combinations(names, 2),
    lambda: itertools.combinations_with_replacement(names, 3),
    lambda: itertools.permutations(names),
    lambda: itertools.permutations(names, 2),
    lambda: zip(names, range(9)),
    lambda: enumerate(names),
):
    kept = list(make())
    assert len(kept) == len(set(map(id, kept))) and [tuple(t) for t in make()] == kept
    assert collections.deque(make(), maxlen=1) == collections.deque(kept[-1:]) and not collections.deque(make(), maxlen=0)
    assert [a for a, *_ in make()] == [t[0] for t in kept]
    print(len(kept), kept[0], kept[-1], kept[len(kept) // 2])
