"""Algorithms that recurse through long linked structures without overflowing."""
import functools
import json
import operator


class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next

    def __iter__(self):
        node = self
        while node:
            yield node.value
            node = node.next


chain = None
for i in range(300_000):
    chain = Node(i, chain)
print(sum(chain))
reverse = None
node = chain
while node:
    reverse = Node(node.value, reverse)
    node = node.next
print(next(iter(reverse)), sum(reverse))
chain = reverse = node = None
nested = []
for _ in range(500):
    nested = [nested]
depth = 0
while nested:
    nested, depth = nested[0], depth + 1
print(depth)
text = '[' * 200 + ']' * 200
value = json.loads(text)
print(json.dumps(value) == text)
for n in 100_000,:
    try:
        json.loads('[' * n + ']' * n)
    except RecursionError as e:
        print('json RecursionError')
deep = []
for _ in range(100_000):
    deep = [deep]
try:
    json.dumps(deep)
except RecursionError:
    print('dumps RecursionError')
loop = []
loop.append(loop)
try:
    json.dumps(loop)
except ValueError as e:
    print(e)
print(functools.reduce(operator.add, range(100_000)))
total = functools.reduce(lambda a, b: [a, b], range(100_000))
count = 0
while isinstance(total, list):
    total, _ = total
    count += 1
print(count)
tree = None
for i in range(200_000):
    tree = (tree, i, None)
print(tree[1])
del tree
import types
ns = types.SimpleNamespace()
ns.me = ns
print(ns)
ns.me.me.me.other
