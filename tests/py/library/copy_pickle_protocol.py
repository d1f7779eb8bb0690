"""copy, deepcopy and the reduce protocol: memo, cycles, hooks, classes that refuse."""
import copy
import copyreg


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split(' at 0x')[0])


class P:
    def __init__(self, x):
        self.x = x
        self.me = self

    def __repr__(self):
        return f'P({self.x})'


class Hooked:
    def __copy__(self):
        return 'copied by hook'

    def __deepcopy__(self, memo):
        return ('deep by hook', len(memo) >= 0)


class State:
    def __init__(self):
        self.a, self.b = 1, 2

    def __getstate__(self):
        return {'a': self.a, 'extra': 'x'}

    def __setstate__(self, s):
        self.__dict__.update(s, restored=True)


class Slots:
    __slots__ = ('a', 'b', '__dict__')


class NewArgs(tuple):
    def __new__(cls, a, b):
        return super().__new__(cls, (a, b))

    def __getnewargs__(self):
        return tuple(self)


class Reduce:
    def __init__(self, v=0):
        self.v = v

    def __reduce__(self):
        return Reduce, (self.v + 1,), {'state': 1}, iter([]), iter([])


class Refuses:
    def __reduce_ex__(self, p):
        raise TypeError('refuses to be copied')


p = P([1, [2]])
c, d = copy.copy(p), copy.deepcopy(p)
print(c.x is p.x, c.me is p, d.x is p.x, d.x == p.x, d.me is d, d)
l = [1, [2, 3], {'k': [4]}, (5, [6]), {7}, frozenset([8]), 'str', b'b', None, len, P, 2 ** 100, 1.5, range(3), slice(1), ...]
e = copy.deepcopy(l)
print(e == l or e[:13] == l[:13], [a is b for a, b in zip(l, e)], [a is b for a, b in zip(l, copy.copy(l))] == [True] * len(l))
loop = [1]
loop.append(loop)
x = copy.deepcopy(loop)
print(x[1] is x, x is not loop)
t = ([],)
t[0].append(t)
y = copy.deepcopy(t)
print(y[0][0] is y, y is not t, copy.deepcopy((1, (2, 'a'))) is not None)
shared = [1]
two = copy.deepcopy([shared, shared])
print(two[0] is two[1], two[0] is shared)
print(copy.copy(Hooked()), copy.deepcopy(Hooked()), vars(copy.copy(State())), copy.copy(NewArgs(1, 2)), vars(copy.copy(Reduce(5))), vars(copy.deepcopy(Reduce(5))))
s = Slots()
s.a, s.z = 1, [9]
r = copy.deepcopy(s)
print(r.a, r.z, hasattr(r, 'b'), r.z is s.z, s.__reduce_ex__(2)[2])
show(lambda: copy.copy(Refuses()))
show(lambda: copy.deepcopy([Refuses()]))
show(lambda: copy.copy(x for x in []))
show(lambda: copy.deepcopy(open('/dev/null')))
show(lambda: copy.copy(iter([1, 2])).__next__())
show(lambda: copy.deepcopy({1: [2]}, {}))
show(lambda: copy.copy())
show(lambda: copy.Error('x'))
for obj in P(1), [1], {'a': 1}, {1}, State(), NewArgs(1, 2), Exception('e', 1), range(3), Slots():
    for protocol in 0, 2, 4:
        try:
            parts = obj.__reduce_ex__(protocol)
            print(type(obj).__name__, protocol, parts if isinstance(parts, str) else (parts[0].__name__, [a.__name__ if isinstance(a, type) else a for a in parts[1]] if type(obj).__name__ != 'P' else '', len(parts)))
        except TypeError as err:
            print(type(obj).__name__, protocol, err)
show(lambda: object().__reduce__()[0].__name__)
show(lambda: object.__reduce_ex__(P(1), 'x'))
show(lambda: (lambda: 0).__reduce_ex__(2))
show(lambda: (x for x in []).__reduce_ex__(2))
show(lambda: copyreg.pickle(5, 6))
copyreg.pickle(Refuses, lambda obj: (list, ((1, 2),)))
print(copy.copy(Refuses()), copyreg.__newobj__(P).__class__.__name__, copyreg._reconstructor(P, object, None).__class__.__name__)
n = None
for _ in range(300):
    n = [n]
print(copy.deepcopy(n) == n)


class Deep:
    def __init__(self, inner):
        self.inner = inner

    def __deepcopy__(self, memo):
        return Deep(copy.deepcopy(self.inner, memo))


z = Deep(None)
for _ in range(100_000):
    z = Deep(z)
try:
    copy.deepcopy(z)
except RecursionError:
    print('RecursionError')
z = None
import pickle
for obj in [1, -5, 2 ** 70, 1.5, 'é', b'b', None, True, [1, [2]], (1,), {'a': {2}}, P, len, Exception('x'), range(5), frozenset('a'), 1j, ..., bytearray(b'q'), NewArgs(1, 2)]:
    for protocol in range(6):
        data = pickle._dumps(obj, protocol)
        back = pickle._loads(data)
        assert back == obj or repr(back) == repr(obj), (obj, protocol)
print(pickle._loads(pickle._dumps(p)).me.x, pickle._loads(pickle._dumps(loop))[1][0])
show(lambda: pickle._dumps(lambda: 0).x)
show(lambda: pickle._loads(b''))
show(lambda: pickle._loads(b'\x80\x05garbage.'))
copy.copy(type('R', (), {'__reduce__': lambda self: 5})())
