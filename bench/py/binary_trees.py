"""Allocation and collection: building, walking and dropping binary trees of tuples and objects."""
import sys


class Node:
    def __init__(self, left, right):
        self.left = left
        self.right = right


def build(depth):
    if depth == 0:
        return Node(None, None)
    return Node(build(depth - 1), build(depth - 1))


def check(node):
    if node.left is None:
        return 1
    return 1 + check(node.left) + check(node.right)


def build_tuple(depth):
    return (build_tuple(depth - 1), build_tuple(depth - 1)) if depth else (None, None)


def check_tuple(tree):
    left, right = tree
    return 1 + check_tuple(left) + check_tuple(right) if left is not None else 1


size = int(sys.argv[1]) if len(sys.argv) > 1 else 16
long_lived = build(size)
total = 0
for depth in range(4, size + 1, 4):
    rounds = 1 << (size - depth + 3)
    nodes = 0
    for _ in range(rounds):
        nodes += check(build(depth))
    assert nodes == rounds * ((2 << depth) - 1)
    total += nodes
    tuples = sum(check_tuple(build_tuple(depth)) for _ in range(rounds // 4))
    assert tuples == rounds // 4 * ((2 << depth) - 1)
assert check(long_lived) == (2 << size) - 1
print('binary_trees', size, total)
