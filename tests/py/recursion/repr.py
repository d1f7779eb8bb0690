"""repr of deep and of self-containing containers."""
import sys


def deep(make, n=100_000):
    x = make(None)
    for _ in range(n):
        x = make(x)
    return x


def show(name, f):
    try:
        print(name, len(f()) > 0)
    except RecursionError as e:
        print(name, 'RecursionError', str(e).split(' while')[0])


show('list', lambda: repr(deep(lambda x: [x])))
show('tuple', lambda: repr(deep(lambda x: (x,))))
show('dict', lambda: repr(deep(lambda x: {1: x})))
show('set', lambda: repr(deep(lambda x: frozenset([x]))))
show('str', lambda: str(deep(lambda x: [x])))
show('format', lambda: '{}'.format(deep(lambda x: [x])))
show('fstring', lambda: f'{deep(lambda x: [x])}')
show('print', lambda: '%s' % deep(lambda x: [x]))


class R:
    def __init__(self, inner):
        self.inner = inner

    def __repr__(self):
        return f'R({self.inner!r})'


show('python repr', lambda: repr(deep(R)))
l = [1]
l.append(l)
d = {'self': None}
d['self'] = d
t = ([],)
t[0].append(t)
print(l, d, t)
l2 = [l, d, t]
l2.append({'k': l2})
print(l2)
s = [set()]
print(s, repr(l) == str(l))
import collections
dq = collections.deque([1])
dq.append(dq)
print(dq)
od = collections.OrderedDict()
od['x'] = od
print(od)
dd = collections.defaultdict(list)
dd['x'] = dd
print(dd)


class Recursive:
    def __repr__(self):
        return repr(self)


show('self', lambda: repr(Recursive()))
print(repr(deep(lambda x: [x], 50)).count('['))
print(sys.getrecursionlimit())
