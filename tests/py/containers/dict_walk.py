"""dict and set against simple models: random walks, keys that interfere, views, iteration while changing."""
import random

r = random.Random(11)


class Key:
    """Collides with every eighth of its kind."""

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 8

    def __eq__(self, other):
        return isinstance(other, Key) and self.n == other.n

    def __repr__(self):
        return f'K{self.n}'


for kind in (int, str, lambda n: n + .5, Key, lambda n: (n, str(n)), lambda n: n << 70):
    d, model = {}, []   # model: pairs in order
    keys = [kind(n) for n in range(80)]
    for step in range(3000):
        key, op = r.choice(keys), r.randrange(10)
        at = next((i for i, pair in enumerate(model) if pair[0] == key), None)
        if op <= 3:
            d[key] = step
            if at is None:
                model.append((key, step))
            else:
                model[at] = (model[at][0], step)
        elif op == 4:
            assert d.pop(key, None) == (model.pop(at)[1] if at is not None else None)
        elif op == 5 and d:
            assert d.popitem() == model.pop()
        elif op == 6:
            assert d.get(key) == (model[at][1] if at is not None else None)
        elif op == 7:
            assert d.setdefault(key, step) == (model[at][1] if at is not None else step)
            if at is None:
                model.append((key, step))
        elif op == 8 and step % 7 == 0:
            d = d.copy() if step % 2 else dict(d)
        elif op == 9 and step % 97 == 0:
            d.clear()
            model = []
        assert len(d) == len(model)
        if step % 20 == 0:
            assert list(d.items()) == model and list(reversed(d)) == [k for k, v in model][::-1]
            assert list(d.values()) == [v for k, v in model] and d == dict(model)
    print(len(d), list(d.items())[:3])

for kind in (int, Key, lambda n: (n,)):
    s, model = set(), []
    for step in range(3000):
        key, op = kind(r.randrange(60)), r.randrange(6)
        if op <= 2:
            s.add(key)
            if key not in model:
                model.append(key)
        elif op == 3:
            s.discard(key)
            if key in model:
                model.remove(key)
        elif op == 4:
            other = {kind(r.randrange(60)) for _ in range(r.randrange(40))}
            assert (s | other) == set(model) | other and len(s & other) == sum(x in other for x in model)
            assert len(s - other) == sum(x not in other for x in model) and (s ^ other) == (s | other) - (s & other)
            assert (s <= other) == all(x in other for x in model) and s.isdisjoint(other) == (not s & other)
        elif op == 5 and s and step % 5 == 0:
            model.remove(s.pop())
        assert len(s) == len(model) and all(x in s for x in model)
    print(len(s))

# Order of sets of small ints is that of CPython.
for n in (3, 8, 20, 100):
    s = {r.randrange(n * 10) for _ in range(n)}
    print(list(s))
    for x in list(s)[::3]:
        s.discard(x)
    s |= {r.randrange(n * 10) for _ in range(n)}
    print(list(s), list(s & set(range(0, n * 10, 3))), list(s - set(range(50))), list(s ^ set(range(50))))
    print(hash(frozenset(s)), hash(tuple(s)), hash(range(n)))
    print([s.pop() for _ in range(5)])

# Changing while iterating.
for source in ('d[99] = 1', 'del d[1]', 'd.clear()', 'd[1] = 5', 'd.pop(1); d[77] = 2', 'd.update({1: 1})', 'd.popitem()'):
    for view in ('d', 'd.keys()', 'd.values()', 'd.items()', 'reversed(d)', 'reversed(d.items())'):
        d = {1: 1, 2: 2, 3: 3}
        try:
            for x in eval(view):
                exec(source)
            print(source, view, 'ok', d)
        except Exception as e:
            print(source, view, type(e).__name__, e)
s = {1, 2, 3}
it = iter(s)
next(it)
s.add(10)
for _ in range(2):
    try:
        next(it)
    except RuntimeError as e:
        print(e)


# Keys whose comparison changes the dict.
class Evil:
    def __init__(self, action):
        self.action = action

    def __hash__(self):
        return 1

    def __eq__(self, other):
        self.action()
        return False


d = {}
for i in range(5):
    d[Evil(lambda: None)] = i
d[Evil(d.clear)] = 'x'
print(len(d), list(d.values()))
s = {Evil(lambda: None) for i in range(5)}
s.add(Evil(s.clear))
print(len(s))


class Missing(dict):
    def __missing__(self, key):
        return f'<{key}>'


print(Missing(a=1)['a'], Missing()['b'], Missing().get('b'), '{x}'.format_map(Missing()))
print({1: 2} | {3: 4}, {1: 2}.keys() & [1], {1: 2}.items() | {(3, 4)}, {1: 2, 3: 4}.keys() - [1], {1: 2}.keys() ^ {1, 5})
print({1, 2} == {1: 0, 2: 0}.keys(), {1: 0}.keys() < {1, 2}, {1: []}.keys().isdisjoint([2]), {}.keys().mapping)
print(dict.fromkeys('abc', 1), dict.fromkeys({3, 1, 2}), dict([(1, 2)], a=3), dict({'a': 1}, a=2))

# Loops over ranges across the border of 62 bits.
for r in (range(2**62 - 2, 2**62 + 2), range(-2**62 + 1, -2**62 - 3, -1), range(2**63 - 3, 2**63 - 1), range(2**63 - 2, 2**63 + 2)):
    for i in r:
        print(i, end=' ')
    print(list(r), [i for i in reversed(r)], type(iter(r)).__name__)
