"""Dictionary views: set operations, comparisons, reversal, liveness, errors."""


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


d = {'a': 1, 'b': 2, 'c': 3}
k, v, i = d.keys(), d.values(), d.items()
s = sorted
print(k, v, i, len(k), len(v), len(i), 'a' in k, 2 in v, ('b', 2) in i, ('b', 3) in i, 'b' in i, ('b',) in i)
print(s(k & ['a', 'z']), s(k | ['z']), s(k - ['a']), s(k ^ ['a', 'z']), s(i & {('a', 1)}), s(i - [('a', 1)]), s(['a', 'z'] & k) if False else s({'a', 'z'} & k), s({'q'} | k), s({'a', 'q'} - k), type(k & k).__name__)
print(k == {'a', 'b', 'c'}, k == ['a', 'b', 'c'], k <= {'a', 'b', 'c', 'd'}, k < k, k >= {'a'}, k != {'a'}, i == {('a', 1), ('b', 2), ('c', 3)}, v == v, v == d.values(), k.isdisjoint('xyz'), i.isdisjoint([('a', 1)]))
print(list(reversed(k)), list(reversed(v)), list(reversed(i)), k.mapping, type(k.mapping).__name__)
d['d'] = 4
del d['a']
print(k, len(i), list(v), 'a' in k)
d.clear()
print(k, v, i, list(k), bool(k), not i)
d.update(x=[1], y=2)
for f in (lambda: k & 5, lambda: k | 5, lambda: 5 | k, lambda: v & v, lambda: v | [1], lambda: k[0], lambda: hash(k), lambda: hash(v) is not None, lambda: i & [1], lambda: i | [[1]], lambda: i - [1], lambda: ('x', [1]) in i, lambda: set(i), lambda: k < 5, lambda: k < [1], lambda: k.add('q'), lambda: k.isdisjoint(5), lambda: type(k)(), lambda: type(k)({}), lambda: i <= {1}, lambda: setattr(k, 'mapping', 1), lambda: k.mapping.__setitem__('a', 1), lambda: k + k, lambda: next(k), lambda: len(iter(k)), lambda: iter(k).__length_hint__(), lambda: {k: 1} if False else 0, lambda: k & {'x'}, lambda: sorted(k ^ 'xz')):
    show(f)


class D(dict):
    def keys(self):
        return ['fake']

    def __getitem__(self, key):
        return f'item {key}'

    def __iter__(self):
        return iter(['iter'])


o = D(a=1)
print(dict(o), {**o}, list(o), o.items(), list(o.values()), dict(**o), (lambda **kw: kw)(**o), sorted(o.keys()))
n = {1: {2: {3: 'deep'}}}
print(n[1].keys() == {2}, n.items() == {1: {2: {3: 'deep'}}}.items(), [x for x in n.values()])
n['self'] = n.items()
print(repr(n) if len(repr(n)) < 90 else 'long')
it = iter({'p': 1, 'q': 2}.items())
a = next(it)
b = next(it)
print(a, b, a is b, next(it, 'end'))
e = {}
e.keys() & 3
