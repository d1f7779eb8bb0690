"""Dictionaries of many sizes through growth, shrinking, copying, merging, with a checked model."""


class Model:
    """A list of pairs that behaves as a dict."""

    def __init__(self):
        self.pairs = []

    def set(self, k, v):
        for p in self.pairs:
            if p[0] == k:
                p[1] = v
                return
        self.pairs.append([k, v])

    def delete(self, k):
        for i, p in enumerate(self.pairs):
            if p[0] == k:
                del self.pairs[i]
                return True
        return False


seed = 1


def rnd(n):
    global seed
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return (seed >> 9) % n


for make in (lambda i: i, lambda i: str(i), lambda i: (i, -i), lambda i: i / 2, lambda i: i * 2 ** 61, lambda i: frozenset([i])):
    d, m = {}, Model()
    for step in range(600):
        key, action = make(rnd(60)), rnd(10)
        if action < 6:
            d[key] = step
            m.set(key, step)
        elif action < 9:
            assert (d.pop(key, None) is not None) == m.delete(key)
        elif d and action == 9:
            k, v = d.popitem()
            assert [k, v] == m.pairs.pop()
        if step % 50 == 0:
            assert list(d.items()) == [tuple(p) for p in m.pairs], step
            assert dict(d) == d and d.copy() == d and list(d.copy()) == list(d) and {**d} == d
            assert all(d[k] == v for k, v in m.pairs) and len(d) == len(m.pairs)
    print(len(d), sum(d.values()))
for size in 0, 1, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 85, 86, 170, 171, 1000, 5000:
    d = {i: str(i) for i in range(size)}
    e = dict.fromkeys(range(size))
    assert len(d) == size and list(d) == list(e) and all(d[i] == str(i) for i in range(size)) and size not in d
    f = d | e
    assert list(f) == list(d) and (not size or f[0] is None)
    for i in range(0, size, 2):
        del d[i]
    assert list(d) == list(range(1, size, 2))
    for i in range(0, size, 2):
        d[i] = 'again'
    assert sorted(d) == list(range(size))
    while d:
        d.popitem()
    d['fresh'] = 1
    assert d == {'fresh': 1}
print('sizes fine')
queue = {}
for i in range(20_000):
    queue[i] = i
    if len(queue) > 10:
        del queue[next(iter(queue))]
print(list(queue))
collide = {i * (2 ** 61 - 1): i for i in range(300)}
print(len(collide), collide[0], len(set(map(hash, collide))))
nested = {}
for word in 'the quick brown fox the lazy dog the end'.split():
    node = nested
    for c in word:
        node = node.setdefault(c, {})
    node['$'] = node.get('$', 0) + 1
print(nested['t']['h']['e'], len(nested), sorted(nested))
attrs = {}
for i in range(500):
    attrs[f'name{i}'] = attrs.pop(f'name{i - 100}', 0) + 1
print(len(attrs), sum(attrs.values()), list(attrs)[:2])
attrs['name0']
