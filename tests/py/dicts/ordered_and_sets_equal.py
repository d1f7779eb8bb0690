"""Equality, subset relations and hashing across dict, OrderedDict, defaultdict, Counter, set, frozenset and views."""
from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict
from types import MappingProxyType

maps = [{'a': 1, 'b': 2}, {'b': 2, 'a': 1}, OrderedDict(a=1, b=2), OrderedDict(b=2, a=1), defaultdict(int, a=1, b=2), Counter(a=1, b=2), ChainMap({'a': 1}, {'b': 2}), MappingProxyType({'a': 1, 'b': 2}), UserDict(a=1, b=2), {'a': 1}, {'a': 1.0, 'b': True + 1}]
for x in maps:
    print(f'{type(x).__name__:16}', ''.join('=' if x == y else '.' for y in maps))
sets = [{1, 2}, frozenset([1, 2]), {1: 0, 2: 0}.keys(), [1, 2], (1, 2), {1.0, 2}, {1}, set(), {True, 2}]
for x in sets:
    row = ''
    for y in sets:
        row += '=' if x == y else '.'
        for op in '<', '<=':
            try:
                row += op[-1] if eval(f'x {op} y') else ' '
            except TypeError:
                row += 'x'
        row += ' '
    print(f'{type(x).__name__:10}', row)
a, b = frozenset('abc'), frozenset('cba')
print(hash(a) == hash(b), len({a, b}), {a: 1}[b], a is b, frozenset(a) is a, hash(frozenset()) == hash(frozenset()))
for f in (lambda: hash({}), lambda: hash(set()), lambda: hash(OrderedDict()), lambda: hash(MappingProxyType({})), lambda: hash({}.keys()), lambda: hash(Counter()), lambda: {frozenset([1]): {2}}[{1}], lambda: {1} in [frozenset([1])], lambda: {frozenset([1])} == {1}):
    try:
        print(f())
    except TypeError as e:
        print(e)
o = OrderedDict(x=1, y=2)
print(o == {'y': 2, 'x': 1}, o == OrderedDict(y=2, x=1), OrderedDict() == {}, OrderedDict() == OrderedDict(), o | {'z': 3}, {'z': 3} | o, type({} | o).__name__, type(o | {}).__name__)
d1 = defaultdict(list)
d1['k'].append(1)
print(d1 == {'k': [1]}, dict(d1), d1 | {'j': 2}, type(d1 | {}).__name__, type({} | d1).__name__, d1.copy().default_factory)
c = Counter('aab')
print(c == {'a': 2, 'b': 1}, c == Counter(a=2, b=1, z=0), c >= Counter('a'), c | {'q': 5} if False else c | Counter(q=5), c.most_common(), dict(c.items()))
p = MappingProxyType({'k': 'v'})
print(p | {'x': 1}, type(p | {}).__name__, p.copy(), list(reversed(p)), p.get('q', 'd'), len(p), 'k' in p, dict(p))
n = float('nan')
print({n: 1} == {n: 1}, {'k': n} == {'k': n}, {n} == {n}, {float('nan')} == {float('nan')}, [n] == [n], (n,) == (n,), n == n)


class Eq:
    def __init__(self, r):
        self.r = r

    def __eq__(self, o):
        return self.r

    __hash__ = object.__hash__


x = Eq('truthy')
print({1: x} == {1: 5}, {1: Eq('')} == {1: 5}, [x] == [1], x in [9], {1: x} != {1: 5})
p['k'] = 2
