"""Errors and mutation while sorting."""


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class Bad:
    def __lt__(self, o):
        raise ValueError('lt failed')


class NoLt:
    pass


class BoolRaises:
    def __lt__(self, o):
        class R:
            def __bool__(self):
                raise KeyError('bool')
        return R()


l = [3, 1, 2]


def key_raises(x):
    if x == 1:
        raise KeyError('key')
    return x


def mutate_key(x):
    l.append(9)
    return x


def inspect_key(x):
    seen.append(len(l))
    return x


def clear_cmp():
    class C:
        def __init__(self, v): self.v = v

        def __lt__(self, o):
            items.clear()
            return self.v < o.v
    items = [C(2), C(1), C(3)]
    items.sort()


show(lambda: sorted([Bad(), Bad()]))
show(lambda: sorted([NoLt(), NoLt()]))
show(lambda: sorted([BoolRaises(), BoolRaises()]))
show(lambda: sorted([1, 'a']))
show(lambda: sorted(['a', 1]))
show(lambda: sorted([None, 1]))
show(lambda: sorted([1j, 2j]))
show(lambda: sorted([{}, {}]))
show(lambda: sorted([(1, {}), (1, {})]))
show(lambda: sorted([[1], (1,)]))
show(lambda: l.sort(key=key_raises))
print(l)
show(lambda: l.sort(key=mutate_key))
print(l)
seen = []
show(lambda: l.sort(key=inspect_key))
print(l, seen)
show(clear_cmp)
show(lambda: l.sort(5))
show(lambda: l.sort(key=5))
show(lambda: l.sort(reverse='yes'))
show(lambda: l.sort(reverse=[]))
show(lambda: l.sort(cmp=1))
show(lambda: sorted(5))
show(lambda: sorted([1], 2))
show(lambda: sorted())
show(lambda: sorted(iterable=[1]))
show(lambda: min([1, 'a']))
show(lambda: max([Bad(), Bad()]))
show(lambda: max(1, 2, key=key_raises))
show(lambda: max())
show(lambda: max([]))
show(lambda: max([], default=None))
show(lambda: max(1, 2, default=3))
show(lambda: [1, 2, 3].sort() is None)
show(lambda: sorted([3, 1], key=lambda x: [x]))
show(lambda: sorted('ab', key=lambda x: {'a': 2, 'b': 'x'}[x]))
import functools
cmp = functools.cmp_to_key(lambda a, b: (a > b) - (a < b))
print(sorted([3, 1, 2], key=cmp), cmp(1) < cmp(2), cmp(1) == cmp(1))
show(lambda: hash(cmp(1)))
show(lambda: cmp(1) < 5)
show(lambda: sorted([1, 2], key=functools.cmp_to_key(lambda a, b: 'x')))
show(lambda: functools.cmp_to_key(5)(1) < functools.cmp_to_key(5)(2))
import bisect
import heapq
print(bisect.bisect([1, 2, 2, 3], 2), bisect.bisect_left([1, 2, 2, 3], 2), bisect.bisect([(1, 'a'), (3, 'b')], 2, key=lambda t: t[0]))
h = [5, 3, 8, 1]
heapq.heapify(h)
print([heapq.heappop(h) for _ in range(4)], heapq.nsmallest(2, [3, 1, 2]), heapq.nlargest(2, 'hello'), list(heapq.merge([1, 4], [2, 3])))
show(lambda: bisect.insort([1], 'a'))
show(lambda: bisect.bisect([1], 1, -1))
[2, 'x'].sort()
