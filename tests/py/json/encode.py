"""json.dumps: every type, options, floats, escapes, ordering, errors."""
import json


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


data = {'a': [1, 2.5, -0.0, 1e100, 1e-7, True, False, None], 'b': {'nested': {}, 'empty': []}, 'é中\U0001f600': 'é中\U0001f600\ud800', 'esc': '"\\/\b\f\n\r\t\x00\x1f\x7f\u2028', 5: 'int key', 1.5: 'float key', None: 'none key', True: 'bool key'}
print(ascii(json.dumps(data)))
print(ascii(json.dumps(data, ensure_ascii=False)))
print(json.dumps([1, {'b': 2, 'a': [3, {}]}, (4, 5)], indent=2), json.dumps([1, [2]], indent='\t'), json.dumps({}, indent=4), json.dumps([], indent=4), json.dumps([1], indent=0))
print(json.dumps({'b': 1, 'a': {'d': 2, 'c': 3}}, sort_keys=True), json.dumps([1, {'a': 2}], separators=(',', ':')), json.dumps({'a': 1}, indent=1, separators=(';', '=')))
print(json.dumps(10 ** 30), json.dumps(-5), json.dumps('x'), json.dumps(1.0), json.dumps(0.1), json.dumps(123456789.123456789), json.dumps(1e16), json.dumps(float('inf')), json.dumps(float('-inf')), json.dumps(float('nan')))


class C:
    pass


class I(int):
    def __repr__(self):
        return 'custom int'


class F(float):
    def __repr__(self):
        return 'custom float'


class S(str):
    pass


class D(dict):
    def items(self):
        return [('from', 'items')]


class L(list):
    def __iter__(self):
        return iter(['from iter'])


import collections
import enum


class E(enum.IntEnum):
    X = 7


print(json.dumps([I(5), F(1.5), S('s'), L([1]), collections.OrderedDict(z=1, a=2), collections.namedtuple('P', 'x y')(1, 2), E.X]), json.dumps({E.X: E.X, S('k'): I(3), I(9): 1}))
for bad in C(), {1, 2}, b'x', 1j, object, {(1, 2): 3}, {b'k': 1}, [C()], {'a': C()}, range(3), ...:
    show(lambda: json.dumps(bad) if not isinstance(bad, C) else json.dumps(bad).replace('0x', ''))
show(lambda: json.dumps({(1, 2): 3, 'a': 1}, skipkeys=True))
show(lambda: json.dumps({'b': 1, 5: 2}, sort_keys=True))
show(lambda: json.dumps({1, 2}, default=sorted))
show(lambda: json.dumps([C(), 1j], default=lambda o: type(o).__name__))
show(lambda: json.dumps(C(), default=lambda o: o))
show(lambda: json.dumps(C(), default=lambda o: 1 / 0))
show(lambda: json.dumps(1, nope=2))
show(lambda: json.dumps())
loop = [1]
loop.append({'back': loop})
show(lambda: json.dumps(loop))
d = {}
d['me'] = d
show(lambda: json.dumps(d))


class Enc(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, complex):
            return [o.real, o.imag]
        return super().default(o)


show(lambda: json.dumps([1j, {'k': 2 + 3j}], cls=Enc))
show(lambda: json.dumps({1}, cls=Enc))
show(lambda: list(json.JSONEncoder().iterencode([1, {'a': [2]}])))
show(lambda: Enc(sort_keys=True, indent=1).encode({'z': 1j}))
import io
f = io.StringIO()
json.dump({'k': [1, 2]}, f)
print(f.getvalue())
show(lambda: json.dump([1], io.BytesIO()))
json.dumps({'a': object})
