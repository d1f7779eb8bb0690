"""Set operations, comparisons, updates, frozensets, errors."""
a, b = {1, 2, 3}, {3, 4}
s = sorted
print(s(a | b), s(a & b), s(a - b), s(a ^ b), a < b, a <= {1, 2, 3, 4}, a > {1}, a >= a, a == {3, 2, 1}, a != b, a.isdisjoint({9}), a.issubset(range(5)), a.issuperset([1]))
print(s(a.union(b, [7], 'x' and [8])), s(a.intersection(b, [3, 9])), s(a.difference(b, [1])), s(a.symmetric_difference([1, 9])), s(set().union(*[[1], [2]])), a.union() == a, a.union() is a)
c = set(a)
c |= b
c &= {1, 3, 4}
c -= {1}
c ^= {9, 3}
print(s(c))
c.update([1], (2,), {5: 6})
c.intersection_update([1, 2, 9])
c.difference_update([2])
c.symmetric_difference_update([1, 7])
print(s(c), c.add(5), c.discard(99), c.remove(5), s(c))
f = frozenset([1, 2])
print(f, f | {3}, type(f | {3}).__name__, type({3} | f).__name__, hash(f) == hash(frozenset([2, 1])), {f: 1}[frozenset([2, 1])], f == {1, 2}, {f} == {frozenset([1, 2])}, f.copy() is f, frozenset(f) is f, f in {f}, {1, 2} in {f})
print(set('hello') == set('olleh'), len(set([1, 1.0, True])), {0, False, 0.0}, {1, True}, set(), frozenset(), {None}, set([()]), repr({'a'}), str(frozenset(['b'])))


def show(g):
    try:
        print(g())
    except Exception as e:
        print(type(e).__name__, e)


for g in (lambda: {[]}, lambda: {1}.add({}), lambda: {1}.remove(2), lambda: {1}.remove('text'), lambda: set().pop(), lambda: {1} | [2], lambda: {1} < [2], lambda: {1} <= 5, lambda: {1}.union(5), lambda: {1}.update(5), lambda: frozenset().add(1), lambda: {1} + {2}, lambda: {1}[0], lambda: hash({1}), lambda: {1} in {2}, lambda: [1] in {2}, lambda: {1}.issubset(5), lambda: set(5), lambda: set([[]]), lambda: {1}.isdisjoint(5), lambda: {1}.intersection(5), lambda: {1} - [1], lambda: {1}.__ior__([1]), lambda: {1}.pop(1), lambda: set(1, 2), lambda: frozenset(x=1), lambda: set.union([1], [2]), lambda: set.add(frozenset(), 1)):
    show(g)
big = set(range(1000))
for i in range(0, 1000, 2):
    big.discard(i)
print(len(big), sum(big), 501 in big, 500 in big, min(big), max(big))
while big:
    big.pop()
print(big)
print(s({x % 7 for x in range(50)}), s({*'abc', *'cde'}), {x for x in ()} == set())


class E:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 3

    def __eq__(self, o):
        return self.n == o.n

    def __repr__(self):
        return f'E{self.n}'


es = {E(i) for i in range(9)}
print(len(es), E(5) in es, E(9) in es, len(es | {E(20)}), len(es & {E(1), E(99)}))
es.remove(E(3))
print(sorted(e.n for e in es))


class Sub(set):
    pass


print(type(Sub([1]) | {2}).__name__, type({2} | Sub([1])).__name__, Sub([1]), Sub([1]) == {1}, type(Sub().copy()).__name__, {1, 2} == Sub([1, 2]))
print([sorted(map(sorted, p)) for p in [{frozenset(x) for x in ('ab', 'ba', 'cd')}]])
{1}.remove(Sub([9]))
