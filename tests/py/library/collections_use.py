"""collections: Counter, defaultdict, OrderedDict, deque, namedtuple, ChainMap, UserDict."""
import collections.abc
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, UserString, defaultdict, deque, namedtuple


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


c = Counter('mississippi')
print(c, c['z'], c.most_common(2), sorted(c.elements()), c.total(), c + Counter('miss'), c - Counter('miss'), c & Counter('sip'), c | Counter('zz'), +Counter(a=-1, b=2), -Counter(a=-1), Counter(a=1) == Counter(a=1, b=0), Counter(a=1) <= Counter(a=2), repr(Counter()), dict(Counter([1, 1, 2])))
c.update('mm')
c.subtract('s' * 9)
print(c['m'], c['s'], c.pop('m'), 'm' in c)
show(lambda: Counter(5))
show(lambda: Counter('a', 'b'))
show(lambda: Counter.fromkeys('a'))
show(lambda: Counter(a='x') + Counter(a='y'))
d = defaultdict(list, {'x': [1]})
d['y'].append(2)
print(d, d['z'], d.get('q'), len(d), d.default_factory, d.copy() == d, d | {'w': 1}, 'nope' in d)
show(lambda: defaultdict()['k'])
show(lambda: defaultdict(5))
show(lambda: defaultdict(lambda: 1 / 0)['k'])
o = OrderedDict(a=1, b=2, c=3)
o.move_to_end('a')
o.move_to_end('c', last=False)
print(o, o.popitem(), o.popitem(last=False), o, list(reversed(OrderedDict(p=1, q=2))), OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), OrderedDict(a=1) == {'a': 1}, o | {'n': 1}, OrderedDict([('k', 'v')]).copy())
show(lambda: o.move_to_end('nope'))
show(lambda: OrderedDict().popitem())
show(lambda: OrderedDict(5))
show(lambda: OrderedDict(a=1).pop('z'))
od = OrderedDict(a=1, b=2)
try:
    for k in od:
        od['new'] = 1
except RuntimeError as e:
    print(e)
q = deque([1, 2, 3], maxlen=4)
q.append(4)
q.append(5)
q.appendleft(0)
q.rotate(1)
print(q, q.maxlen, q[0], q[-1], len(q), q.index(3), q.count(2), list(reversed(q)), q.pop(), q.popleft(), q, 2 in q, q + deque([9]), q * 2, q == deque([0, 2]), q < deque([9]), q.copy())
q.extend('ab')
q.extendleft('xy')
q.insert(1, 'ins') if len(q) < 4 else q.clear()
print(q, bool(q), deque('abc'), repr(deque()), deque([1, 2, 3])[1], deque('abcabc', 3))
q = deque(range(5))
del q[2]
q[0] = 'zero'
q.remove(3)
q.reverse()
print(q)
for f in (lambda: deque().pop(), lambda: deque().popleft(), lambda: q[99], lambda: q['x'], lambda: q[1:2], lambda: q.remove('nope'), lambda: q.index('nope'), lambda: deque(5), lambda: deque([], -1), lambda: deque([], 'x'), lambda: deque([1], 1).insert(0, 2), lambda: q.rotate('x'), lambda: q + [1], lambda: hash(q), lambda: q < 5, lambda: setattr(q, 'maxlen', 5)):
    show(f)
try:
    for x in q:
        q.append(x)
except RuntimeError as e:
    print(e)
P = namedtuple('P', 'x y', defaults=[0])
p = P(1)
print(p, p.x, p[1], p._asdict(), p._replace(y=5), P._fields, P._field_defaults, P._make([7, 8]), p == (1, 0), p + (2,), hash(p) == hash((1, 0)), P.x.__doc__, P.__doc__, [*p], p < P(2), isinstance(p, tuple), P(y=1, x=2))
for f in (lambda: P(), lambda: P(1, 2, 3), lambda: P(1, z=2), lambda: P._make([1]), lambda: p._replace(z=1), lambda: setattr(p, 'x', 5), lambda: p.z, lambda: namedtuple('N', 'a a'), lambda: namedtuple('N', 'class'), lambda: namedtuple('N', '_a'), lambda: namedtuple('N', '1a'), lambda: namedtuple('1N', 'a'), lambda: namedtuple('N', 'a class a', rename=True)._fields, lambda: namedtuple('N', 'a', defaults=[1, 2]), lambda: namedtuple('N', 'a,b c')(1, 2, 3) if False else namedtuple('N', 'a, b')(1, 2)):
    show(f)
m = ChainMap({'a': 1}, {'a': 2, 'b': 3})
m['new'] = 5
print(m['a'], m['b'], m, len(m), sorted(m), m.parents, m.new_child({'a': 0})['a'], dict(m) == {'a': 1, 'b': 3, 'new': 5}, m.maps[0])
show(lambda: m['zz'])
show(lambda: m.__delitem__('b'))
show(lambda: m.pop('b'))
show(lambda: ChainMap().popitem())


class UD(UserDict):
    def __setitem__(self, k, v):
        super().__setitem__(str(k), v)


u = UD({1: 'a'})
u[2] = 'b'
print(u, u.data, '1' in u, UserList([3, 1])[0], sorted(UserList([3, 1])), UserString('abc').upper(), type(UserString('a') + 'b').__name__, UserList([1]) + [2])
print(issubclass(dict, collections.abc.Mapping), isinstance([], collections.abc.Sequence), isinstance(5, collections.abc.Hashable), isinstance([], collections.abc.Hashable), isinstance({}.keys(), collections.abc.KeysView))
show(lambda: collections.abc.Sequence())
show(lambda: collections.Mapping)
deque([1, 2]).remove(9)
