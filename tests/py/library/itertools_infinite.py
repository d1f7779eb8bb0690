"""itertools: every function on ordinary and odd input."""
import itertools as it
import operator


def show(f):
    try:
        r = f()
        print(r if isinstance(r, (list, tuple, str, int)) or ' at 0x' not in repr(r) else type(r).__name__)
    except Exception as e:
        print(type(e).__name__, e)


take = lambda i, n=6: list(it.islice(i, n))
print(take(it.count()), take(it.count(5, -2)), take(it.count(0.5, 0.25)), take(it.count(1j, 2)), repr(it.count(3)), repr(it.count(1, 2)), take(it.count(2 ** 63 - 2)), take(it.cycle('ab')), take(it.repeat('x', 3)), repr(it.repeat(5, 2)), repr(it.repeat(5)), take(it.cycle([])))
print(list(it.accumulate([1, 2, 3])), list(it.accumulate([1, 2, 3], operator.mul, initial=10)), list(it.accumulate('abc')), list(it.accumulate([])), list(it.accumulate([], initial=1)), list(it.chain('ab', [1], ())), list(it.chain.from_iterable(['ab', 'c'])), list(it.chain()))
print(list(it.compress('abcd', [1, 0, 1])), list(it.dropwhile(lambda x: x < 3, [1, 4, 2])), list(it.takewhile(lambda x: x < 3, [1, 4, 2])), list(it.filterfalse(None, [0, 1, 2])), list(it.filterfalse(lambda x: x % 2, range(5))), list(it.starmap(pow, [(2, 3), (3, 2)])), list(it.zip_longest('ab', [1], fillvalue='-')), list(it.zip_longest()), list(it.pairwise('abcd')), list(it.pairwise('a')))
print(list(it.product('ab', [1, 2])), list(it.product('ab', repeat=2)), list(it.product()), list(it.product('a', [])), list(it.permutations('abc', 2)), list(it.permutations('ab')), list(it.permutations('a', 2)), list(it.combinations('abcd', 2)), list(it.combinations('a', 0)), list(it.combinations_with_replacement('ab', 2)), len(list(it.permutations(range(5)))))
print(take(it.islice('abcdef', 2)), list(it.islice('abcdef', 1, None, 2)), list(it.islice('abc', 5, 9)), list(it.islice('abcdef', 1, 4)), list(it.islice('abc', None)), list(it.islice('abc', 0)))
print([(k, list(g)) for k, g in it.groupby('aabbba')], [(k, list(g)) for k, g in it.groupby([1, 3, 2, 4], lambda x: x % 2)], [k for k, g in it.groupby('aab')])
g = it.groupby('aab')
k1, g1 = next(g)
k2, g2 = next(g)
print(k1, list(g1), k2, list(g2))
a, b = it.tee([1, 2, 3])
next(a)
c = a.__copy__()
print(list(a), list(b), list(c), it.tee([], 0), len(it.tee('x', 3)))
for f in (lambda: it.count('a'), lambda: it.count(1, 'x'), lambda: it.cycle(5), lambda: it.repeat(), lambda: it.repeat(1, 'x'), lambda: list(it.repeat(1, -5)), lambda: len(it.repeat(1)), lambda: operator.length_hint(it.repeat(1, 5)), lambda: it.accumulate(5), lambda: list(it.accumulate(['a', 1])), lambda: it.accumulate([1], 5, 6, 7), lambda: it.chain(5), lambda: list(it.chain(5)), lambda: list(it.chain.from_iterable(5)), lambda: list(it.chain.from_iterable([5])), lambda: it.compress('a'), lambda: it.compress(5, [1]), lambda: list(it.dropwhile(5, [1])), lambda: it.islice([1]), lambda: it.islice([1], -1), lambda: it.islice([1], 'x'), lambda: it.islice([1], 1, 2, 0), lambda: it.islice([1], 0, 5, -1), lambda: it.islice([1], 1, 2, 3, 4), lambda: it.islice(5, 1), lambda: list(it.starmap(pow, [1])), lambda: list(it.starmap(pow, [(1, 2, 3, 4)])), lambda: it.tee(), lambda: it.tee([1], -1), lambda: it.tee(5), lambda: it.zip_longest('a', bad=1), lambda: it.zip_longest(5), lambda: it.product(5), lambda: it.product('a', repeat=-1), lambda: it.product('a', repeat='x'), lambda: it.product('a', bad=1), lambda: it.permutations('ab', -1), lambda: it.permutations('ab', 'x'), lambda: it.permutations(5), lambda: it.combinations('ab'), lambda: it.combinations('ab', -1), lambda: it.combinations('ab', 5) and list(it.combinations('ab', 5)), lambda: it.combinations_with_replacement('ab', -1), lambda: it.groupby(), lambda: it.groupby(5), lambda: list(it.groupby([1], 5)), lambda: it.pairwise(), lambda: it.pairwise(5), lambda: it.filterfalse(None), lambda: list(it.filterfalse(5, [1])), lambda: it.count().__reduce__(), lambda: it.count(5, 3).__reduce__(), lambda: it.repeat(1, 2).__reduce__()):
    show(f)


class Raises:
    def __iter__(self):
        return self

    def __next__(self):
        raise OSError('broken')


for f in it.cycle, it.chain, it.accumulate, it.pairwise, it.groupby, lambda r: it.islice(r, 3), lambda r: it.zip_longest('a', r), lambda r: it.takewhile(bool, r), lambda r: it.tee(r)[0], lambda r: it.compress(r, [1]), it.chain.from_iterable:
    try:
        print(list(f(Raises())))
    except OSError as e:
        print(e, end=' ')
print()
import copy
print(list(copy.copy(it.count(5)).__class__ is it.count and it.islice(copy.copy(it.count(5)), 2)), sum(it.islice(it.count(1), 10 ** 5)), sum(1 for _ in it.product(range(20), repeat=3)), sum(1 for _ in it.combinations(range(20), 4)), next(it.chain([], iter('z'))), max(it.takewhile(lambda x: x < 1000, it.accumulate(it.count(1)))))
next(it.islice(it.count(), 0))
