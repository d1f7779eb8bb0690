"""Insertion order under deletion, update, popitem, merge, comprehension; equality; reversed; views."""
d = {}
for k in 'edcba':
    d[k] = ord(k)
print(d, list(d), list(reversed(d)))
d['e'] = 'updated'
del d['c']
d['c'] = 'again'
print(d)
d.update({'b': 1, 'z': 2}, y=3)
d.update([('q', 4), ('e', 5)])
print(d, d.popitem(), d.popitem())
print(d.pop('d'), d.pop('nope', 'default'), d.setdefault('new', []), d.setdefault('e', 'x'), list(d))
print({'a': 1} | {'b': 2, 'a': 3}, {**{'x': 1}, 'y': 2, **{'x': 3}}, dict([('a', 1), ('b', 2), ('a', 9)]), dict(a=1, **{'b': 2}), dict({'m': 1}, n=2), dict.fromkeys('abca', 0))
e = {'k': 1}
e |= {'l': 2}
e |= [('m', 3)]
print(e, {1: 'int', 1.0: 'float', True: 'bool'}, {0: 'a', -0.0: 'b', False: 'c', 0j: 'd'})
print({'a': 1, 'b': 2} == {'b': 2, 'a': 1}, {'a': 1} == {'a': 1.0}, {'a': 1} != {'a': 2}, {} == {}, {} == [], {1: {2: {}}} == {1: {2: {}}})
k, v, i = d.keys(), d.values(), d.items()
print(len(k), 'e' in k, ('e', 5) in i, 5 in v, k & {'e', 'q'} == {'e', 'q'}, k - {'e'} == set(k) - {'e'}, k | {'zz'} == set(k) | {'zz'}, k ^ {'e'} == set(k) ^ {'e'}, k == set(k), i == set(i) if False else '', k.isdisjoint([1]))
d['added'] = 1
print(len(k), list(k)[-1], repr(v)[:12], repr(i)[:12], list(reversed(v))[0], list(reversed(i))[0], k.mapping['added'])
print(list(map(type, [k, v, i, iter(k), iter(v), iter(i), reversed(d)])))
big = {i: i * i for i in range(1000)}
for i in range(0, 1000, 3):
    del big[i]
for i in range(2000, 2100):
    big[i] = 0
print(len(big), list(big)[:5], list(big)[-2:], sum(big.values()))
while len(big) > 3:
    big.popitem()
print(big)
big.clear()
print(big, big.get(1), big.copy())
x = {}
for i in range(50):
    x[i % 7] = i
    if i % 5 == 0:
        x.pop(i % 7)
print(x)
nested = {'a': {'b': {'c': [1, {'d': 2}]}}}
print(nested['a']['b']['c'][1]['d'], nested.copy()['a'] is nested['a'])
print(sorted({'b': 1, 'a': 2}), max({'x': 1, 'y': 0}), sum({1: 'a', 2: 'b'}), ''.join({'p': 1, 'q': 2}), dict(zip('abc', range(3))), dict(enumerate('xy')))
a, *b = {'first': 1, 'second': 2, 'third': 3}
print(a, b, *{'u': 1, 'v': 2}, [*{'w': 1}.items()], {v: k for k, v in {'a': 1, 'b': 2}.items()})
t = {(1, 2): 'tuple', frozenset([1]): 'fs', None: 'none', 'str': 's', 1.5: 'f', b'b': 'bytes', int: 'type', ...: 'dots'}
print(t[1, 2], t[frozenset([1])], t[None], t[1.5], t[b'b'], t[int], t[...], len(t))
t[2, 1]
