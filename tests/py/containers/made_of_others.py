# Containers made of others in one go: their items' counts and order, what is equal among their keys, and what fails on the way.
import collections
import sys


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return hash(self.n)

    def __eq__(self, other):
        if self.n == 13:
            raise ValueError("thirteen")
        return isinstance(other, Key) and self.n == other.n

    def __repr__(self):
        return f"Key({self.n})"


keys = [1, 1.0, True, 2**70, 2.0**70, "a", ("a", 1), ("a", True), None, -1, -2, 0, False, -0.0]
keys += [Key(5), Key(5), b"a", frozenset({1}), 2**61 - 1, 0.5]
counted = collections.Counter(keys * 3)
print(counted, list(counted), collections.Counter(map(str, keys)), collections.Counter(k for k in keys if k))
plain = {}
for k in keys:
    plain[k] = plain.get(k, 0) + 3
assert plain == counted and list(plain) == list(counted)
counted.update(keys)
print(counted[1], counted["a"], counted[Key(5)], counted[None], counted["absent"])
counted["a"] = 2.5
counted[None] = 2**62
counted.update(["a", None, None])
print(counted["a"], counted[None])
try:
    collections.Counter([Key(13), 13, Key(13), Key(13)])
except ValueError as e:
    print(e)
try:
    collections.Counter([1, [], 2])
except TypeError as e:
    print(e)


class Own(dict):
    def __setitem__(self, key, value):
        super().__setitem__(key, value * 10)


own = Own()
collections._count_elements(own, "aab")
print(own)

d = {k: i for i, k in enumerate(keys)}
assert list(d.keys()) == list(d) == [*d.keys()] == [k for k in d.keys()] and tuple(d.keys()) == tuple(d)
del d["a"], d[-1]
d["z"] = 1
got = [0]
got.extend(d.keys())
print(got, list({}.keys()), list(collections.OrderedDict(b=1, a=2).keys()), sorted({3: 1, 2: 1}.keys()))
for n in (10, 300, 5000):
    big = {i * 7: i for i in range(n)}
    assert list(big.keys()) == [i * 7 for i in range(n)] and list(zip(big.keys(), big.values())) == list(big.items())
    assert dict(zip(big, big.values())) == big == dict(zip(map(int, big), range(n), strict=True))
    assert dict(zip(big, "abc")) == dict(zip(list(big)[:3], "abc"))

shared = object()
before = sys.getrefcount(shared)
for n in (0, 1, 2, 7):
    repeated = (shared, 5, "x", [n]) * n
    assert len(repeated) == 4 * n and sys.getrefcount(shared) == before + n
    assert all(repeated[i] is repeated[i % 4] for i in range(4 * n))
    del repeated
    assert sys.getrefcount(shared) == before
print((1, 2.5, None) * 3, () * 5, (1,) * -1, ("a",) * True)


def failing(n):
    for i in range(n):
        yield [i]
    raise KeyError(n)


for width in range(7):
    rows = list(zip(*[range(k, 9) for k in range(width)]))
    print(width, len(rows), rows[:1], rows[-1:])
    lists = [[[k]] * 4 for k in range(width)]
    made = list(zip(*lists))
    assert all(type(r) is tuple and len(set(map(id, made))) == len(made) for r in made)
    for strict in (False, True):
        try:
            print(list(zip(*[iter("abcd")] * width, strict=strict)))
            print(list(zip(*[range(3)] * width, failing(2), strict=strict)))
        except (KeyError, ValueError) as e:
            print(type(e).__name__, e)
for pairs in (zip([1, 2], failing(1)), zip(failing(0), [1]), zip([[]], [1]), zip("ab", [1, 2], strict=True), zip("ab", [1], strict=True)):
    try:
        print(dict(pairs))
    except (KeyError, TypeError, ValueError) as e:
        print(type(e).__name__, e)
for pairs in ([(1, 2), [3, 4], "56", {7, 7.5}], [(1, 2), (3,)], [(1, 2), 5], 7, [(1, 2, 3)], iter([(1, 2)]), [([], 1)]):
    try:
        made = {0: 0}
        made.update(pairs)
        print(len(made))
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e, made)

print(3 in {1: 2, 2: 3}.values(), "x" in {1: 2}.values(), 2 in map(abs, [-1, -2]), 9 in (x for x in range(5)))
print(2.0 in iter([1, 2]), None in zip("a", "b"))
try:
    1 in (1 // x for x in (2, 0))
except ZeroDivisionError as e:
    print(e)
try:
    1 in 5
except TypeError as e:
    print(e)
print(max("b", "a", "c"), min(["bb", "b", "ba"]), max(["é", "z", "\U0001f600", "zz"]), min("xyz"))
