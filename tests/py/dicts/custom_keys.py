"""Keys with colliding hashes, equal keys of several types, str subclasses, big tables."""


class K:
    calls = 0

    def __init__(self, v, h=7):
        self.v, self.h = v, h

    def __hash__(self):
        return self.h

    def __eq__(self, o):
        K.calls += 1
        return isinstance(o, K) and self.v == o.v

    def __repr__(self):
        return f'K{self.v}'


d = {K(i): i for i in range(50)}
print(len(d), d[K(30)], K(99) in d, K.calls > 100)
for i in range(0, 50, 2):
    del d[K(i)]
print(len(d), list(d)[:4], d.get(K(2)), d[K(49)])
same = K(1000)
d[same] = 'x'
K.calls = 0
d2 = {same: 1}
print(d2[same], K.calls)
keys = [1, 1.0, True, 1 + 0j]
for k in keys:
    print({k: 'v'}.get(1), {1: 'v'}.get(k), {'1': 0}.get(k), end=' ')
print()


class S(str):
    def __hash__(self):
        return hash(str(self).lower())

    def __eq__(self, o):
        return str(self).lower() == str(o).lower()


d = {S('Key'): 1}
print(d.get(S('KEY')), S('key') in d, d.get('key') if hash('key') == hash(S('KEY')) else None)
d = {'plain': 1}
print(d.get(S('plain')), d.get(S('PLAIN')))


class Names(dict):
    pass


n = Names()
n.attr = 5
n['attr'] = 6
print(n, n.attr, n['attr'], vars(n))
big = {}
for i in range(20000):
    big[str(i)] = i
    big[i] = str(i)
print(len(big), big['19999'], big[19999], sum(v for v in big.values() if isinstance(v, int)))
for i in range(0, 20000, 2):
    del big[str(i)]
print(len(big), '2' in big, '3' in big, next(iter(big)))
floats = {0.1 * i: i for i in range(100)}
print(floats[0.1 * 3], 0.3 in floats, floats.get(float('nan')), len({float('nan'): 1, float('nan'): 2}))
nan = float('nan')
print({nan: 1}[nan], nan in {nan}, [nan].index(nan), [nan].count(nan))
tuples = {(i, str(i), (i,)): i for i in range(100)}
print(tuples[50, '50', (50,)], (1, '1') in tuples)
huge = {10 ** i: i for i in range(50)}
print(huge[10 ** 40], huge.get(10 ** 40 + 1), huge[10.0 ** 5])
print({-1: 'a', -2: 'b'}[-1], hash(-1) == hash(-2), {2 ** 61 - 1: 'p', 0: 'z'}[0], {2 ** 61: 'q', 1: 'one'}[1])


class Missing(dict):
    def __missing__(self, key):
        self[key] = v = f'made {key}'
        return v


m = Missing()
print(m['a'], m, m.get('b'), 'b' in m, '%(zz)s' % m, sorted(m))
exec('r = undefined_name_x', {}, Missing()) if False else None
print(eval('anything + "!"', {}, Missing()))
print({**m}, len(m), m.pop('a'), m.setdefault('q', 1))
m.pop('never')
