"""heapq and bisect through their whole interfaces with a pseudo-random model."""
import bisect
import heapq

seed = 77


def rnd(n):
    global seed
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return (seed >> 8) % n


for size in 0, 1, 2, 7, 50, 300:
    data = [rnd(100) for _ in range(size)]
    heap = data[:]
    heapq.heapify(heap)
    assert all(heap[(i - 1) // 2] <= heap[i] for i in range(1, size))
    assert [heapq.heappop(heap) for _ in range(size)] == sorted(data)
    for x in data:
        heapq.heappush(heap, x)
    for k in 0, 1, 3, size, size + 5:
        assert heapq.nsmallest(k, data) == sorted(data)[:k] and heapq.nlargest(k, data) == sorted(data, reverse=True)[:k]
        assert heapq.nlargest(k, data, key=lambda v: -v) == sorted(data)[:k]
    ordered = []
    for x in data:
        bisect.insort(ordered, x)
    assert ordered == sorted(data)
    for x in range(-1, 102, 9):
        l, r = bisect.bisect_left(ordered, x), bisect.bisect_right(ordered, x)
        assert all(v < x for v in ordered[:l]) and all(v == x for v in ordered[l:r]) and all(v > x for v in ordered[r:])
print('model holds')
h = [1, 5, 3]
heapq.heapify(h)
print(heapq.heappushpop(h, 0), heapq.heapreplace(h, 9), h, heapq.heappushpop([], 5), list(heapq.merge([1, 4], [2, 5], [3])), list(heapq.merge([4, 1], [5, 2], reverse=True)), list(heapq.merge(['a', 'ccc'], ['bb'], key=len)), heapq.nsmallest(2, 'hello', key=ord), heapq.nlargest(1, [(1, 'a'), (1, 'b')]), list(heapq.merge()))
print(bisect.bisect([1, 2, 3], 2), bisect.bisect_left([1, 2, 2, 3], 2, 2), bisect.bisect([1, 2, 3], 5, 0, 2), bisect.bisect_left(['a', 'bb', 'ccc'], 2, key=len), bisect.bisect([], 1), bisect.bisect is bisect.bisect_right, bisect.insort is bisect.insort_right)


class Item:
    def __init__(self, n):
        self.n = n

    def __lt__(self, o):
        compared.append((self.n, o.n))
        return self.n < o.n

    def __repr__(self):
        return f'I{self.n}'


compared = []
items = [Item(n) for n in (5, 2, 8)]
heapq.heapify(items)
print(items, len(compared))
compared.clear()
print(bisect.bisect_left([Item(1), Item(3), Item(5)], Item(4)), compared)
compared.clear()
print(bisect.bisect_right([Item(1), Item(3), Item(5)], Item(4)), compared)
l = [Item(1), Item(4)]
bisect.insort_left(l, Item(4))
bisect.insort(l, Item(0), key=lambda i: i.n)
print(l)
for f in (lambda: heapq.heappush([1], 'a'), lambda: heapq.heapify([1, 'a']), lambda: heapq.heappush([1]), lambda: heapq.nsmallest('x', [1]), lambda: heapq.nsmallest(2, 5), lambda: list(heapq.merge([1], ['a'])), lambda: list(heapq.merge(5)), lambda: bisect.bisect([1, 2], 'a'), lambda: bisect.bisect(5, 1), lambda: bisect.bisect([1], 1, -1), lambda: bisect.bisect([1, 2, 3], 2, key=5), lambda: heapq.nlargest(2, [1, 'a'])):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e) if 'heap' not in str(e) else 'text')


def topological(graph):
    incoming = {n: 0 for n in graph}
    for targets in graph.values():
        for t in targets:
            incoming[t] += 1
    ready = [n for n, c in incoming.items() if not c]
    heapq.heapify(ready)
    while ready:
        n = heapq.heappop(ready)
        yield n
        for t in graph[n]:
            incoming[t] -= 1
            if not incoming[t]:
                heapq.heappush(ready, t)


print(list(topological({'c': ['d'], 'a': ['c', 'b'], 'b': ['d'], 'd': []})), list(topological({'x': ['y'], 'y': ['x']})))
grades = [bisect.bisect([60, 70, 80, 90], s) for s in (33, 60, 77, 90, 100)]
print(['FDCBA'[g] for g in grades])
list(topological({'a': ['missing']}))
