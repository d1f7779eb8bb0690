"""Generators: pipelines, recursive traversal, coroutine-style consumers."""
import sys


def integers(limit):
    n = 0
    while n < limit:
        yield n
        n += 1


def squares(source):
    for x in source:
        yield x * x


def odd(source):
    return (x for x in source if x & 1)


def chunks(source, n):
    batch = []
    for x in source:
        batch.append(x)
        if len(batch) == n:
            yield batch
            batch = []
    if batch:
        yield batch


class Tree:
    def __init__(self, key, left=None, right=None):
        self.key, self.left, self.right = key, left, right

    def __iter__(self):
        if self.left is not None:
            yield from self.left
        yield self.key
        if self.right is not None:
            yield from self.right


def build(low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return Tree(middle, build(low, middle), build(middle + 1, high))


def accumulator():
    total = 0
    while True:
        x = yield total
        total += x


size = int(sys.argv[1]) if len(sys.argv) > 1 else 2_500_000
total = sum(odd(squares(integers(size))))
assert total == sum(x * x for x in range(1, size, 2))
batches = sum(len(b) for b in chunks(integers(size), 7))
assert batches == size
tree = build(0, size // 10)
walked = 0
for expected, key in enumerate(tree):
    assert key == expected
    walked += 1
acc = accumulator()
next(acc)
for i in range(size // 2):
    last = acc.send(i)
assert last == (size // 2) * (size // 2 - 1) // 2
print('generators', size, total, batches, walked, last)
