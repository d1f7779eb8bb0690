"""Breadth-first search, Dijkstra with a heap written in Python, and topological order."""
import sys
from collections import deque


class Heap:
    def __init__(self):
        self.items = []

    def push(self, item):
        items = self.items
        items.append(item)
        i = len(items) - 1
        while i:
            parent = (i - 1) >> 1
            if items[parent] <= item:
                break
            items[i] = items[parent]
            i = parent
        items[i] = item

    def pop(self):
        items = self.items
        last = items.pop()
        if not items:
            return last
        top = items[0]
        i, n = 0, len(items)
        while True:
            child = 2 * i + 1
            if child >= n:
                break
            if child + 1 < n and items[child + 1] < items[child]:
                child += 1
            if last <= items[child]:
                break
            items[i] = items[child]
            i = child
        items[i] = last
        return top


def make_graph(n):
    graph = [[] for _ in range(n)]
    state = 17
    for a in range(n):
        for _ in range(4):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            graph[a].append(((state >> 5) % n, 1 + (state >> 3) % 20))
        graph[a].append(((a + 1) % n, 20))
    return graph


def dijkstra(graph, source):
    distance = {source: 0}
    done = set()
    heap = Heap()
    heap.push((0, source))
    while heap.items:
        d, node = heap.pop()
        if node in done:
            continue
        done.add(node)
        for other, weight in graph[node]:
            candidate = d + weight
            if other not in distance or candidate < distance[other]:
                distance[other] = candidate
                heap.push((candidate, other))
    return distance


def bfs(graph, source):
    seen = {source: 0}
    queue = deque([source])
    while queue:
        node = queue.popleft()
        for other, _ in graph[node]:
            if other not in seen:
                seen[other] = seen[node] + 1
                queue.append(other)
    return seen


def topological(n):
    edges = {a: [b for b in (a * 2 + 1, a * 2 + 2, a + 7) if b < n] for a in range(n)}
    incoming = [0] * n
    for targets in edges.values():
        for b in targets:
            incoming[b] += 1
    ready = [a for a in range(n) if incoming[a] == 0]
    order = []
    while ready:
        a = ready.pop()
        order.append(a)
        for b in edges[a]:
            incoming[b] -= 1
            if not incoming[b]:
                ready.append(b)
    return order


size = int(sys.argv[1]) if len(sys.argv) > 1 else 85_000
graph = make_graph(size)
distance = dijkstra(graph, 0)
hops = bfs(graph, 0)
assert len(distance) == len(hops) == size
for a in range(0, size, 97):
    for b, w in graph[a]:
        assert distance[b] <= distance[a] + w and hops[b] <= hops[a] + 1
order = topological(size)
assert sorted(order) == list(range(size))
print('graph_search', size, max(distance.values()), sum(distance.values()), max(hops.values()), order[-1])
