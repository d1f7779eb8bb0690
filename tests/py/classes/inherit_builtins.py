"""Subclasses of the built-in types: hooks, results of operators, class attributes, multiple layouts."""


class L(list):
    def __getitem__(self, i):
        return ('got', super().__getitem__(i))

    def append(self, x):
        super().append(x * 2)


class D(dict):
    def __getitem__(self, k):
        return 'D item'

    def __setitem__(self, k, v):
        super().__setitem__(k, (v,))

    def __missing__(self, k):
        return 'missing'


class T(tuple):
    def __new__(cls, *a):
        return super().__new__(cls, a)

    def __len__(self):
        return 99


class I(int):
    def __add__(self, o):
        return I(int(self) + o + 1)

    def __eq__(self, o):
        return True

    __hash__ = int.__hash__


class F(float):
    def __repr__(self):
        return 'F!'


class S(set):
    def add(self, x):
        super().add(x)
        return 'added'


class By(bytes):
    pass


class BA(bytearray):
    def __init__(self, *a):
        super().__init__(*a)
        self.extra = 1


class E(Exception):
    pass


l = L([1, 2])
l.append(5)
print(l, l[0], list(l), l + [1], type(l + [1]).__name__, l[:2], sorted(l, reverse=True), len(l), [*l], l == [1, 2, 10], type(l.copy()).__name__, type(l * 2).__name__)
d = D(a=1)
d['b'] = 2
d.update(c=3)
print(d, d['zz'], d.get('a'), dict(d), {**d}, list(d.values()), type(d.copy()).__name__, D.fromkeys('x'), 'a' in d, d | {'q': 1}, type(d | {}).__name__)
t = T(1, 2, 3)
print(t, len(t), t[0], t[1:], type(t[1:]).__name__, t + (4,), t == (1, 2, 3), hash(t) == hash((1, 2, 3)), tuple(t), list(t), [x for x in t])
i = I(5)
print(i + 1, 1 + i, type(i * 2).__name__, i == 7, 7 == i, i in [9], [1, 2, 3].index(I(2)), i.bit_length(), -i, int(i), f'{i:03d}', '%d' % i, range(i))
f = F(1.5)
print(f, f + 1, str(f), f'{f}', f'{f:.2f}', [f], '%s %r' % (f, f), round(f), f.is_integer())
s = S([1])
print(s.add(2), s, type(s | {3}).__name__, s == {1, 2}, type(s.copy()).__name__, frozenset(s) == s)
print(By(b'ab') + b'c', type(By(b'ab') + b'c').__name__, By(b'x')[0], BA(b'q').extra, BA(b'q') + b'w', type(BA(b'q') + b'w').__name__, type(BA(b'ab')[:1]).__name__)


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


for base in bool, type(None), type(...), type(NotImplemented), range, slice, type(lambda: 0), type(len), memoryview, type((x for x in [])), type(iter([])), type({}.keys()), property, classmethod, staticmethod, super, enumerate, zip, map, type(type.__dict__), type(int.__dict__['real']), type([].append), type(object.__init__):
    show(lambda: type('X', (base,), {}).__name__)
show(lambda: type('X', (int, str), {}))
show(lambda: type('X', (list, dict), {}))
show(lambda: type('X', (int, E), {}))
show(lambda: type('X', (L, D), {}))
show(lambda: type('X', (list, object), {}).__name__)
show(lambda: type('X', (I, int), {})(4) + 1)


class Mixed(str, metaclass=type('M', (type,), {'__call__': lambda cls, x: str.__new__(cls, x.upper())})):
    pass


print(Mixed('abc'), isinstance(Mixed('a'), str))


class Prop(property):
    def __get__(self, obj, cls):
        return 'P', super().__get__(obj, cls) if obj else None


class UsesProp:
    @Prop
    def p(self): return 'value'


print(UsesProp().p, UsesProp.p)
L.missing_method(l)
