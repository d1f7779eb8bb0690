"""Operators, comparisons, subscripts and calls of classes with methods in Python: results, NotImplemented, errors, changes of the class."""
import sys
import traceback


class V:
    __slots__ = ('x', 'y')

    def __init__(self, x, y=0):
        self.x = x
        self.y = y

    def __add__(self, other):
        if isinstance(other, V):
            return V(self.x + other.x, self.y + other.y)
        if isinstance(other, int):
            return V(self.x + other, self.y)
        return NotImplemented

    def __sub__(self, other):
        return NotImplemented

    def __mul__(self, k):
        return (self.x * k, self.y * k)

    def __lt__(self, other):
        if other.x == 7:
            return NotImplemented
        return 'less' if self.x < other.x else []

    def __gt__(self, other):
        return 'greater by reflection'

    def __eq__(self, other):
        return NotImplemented

    def __getitem__(self, key):
        if key == 'boom':
            raise KeyError(key)
        return ('item', key)

    def __call__(self, *args, **kw):
        return args, kw


class W(V):
    def __radd__(self, other):
        return 'radd'

    def __rsub__(self, other):
        return 'rsub'


def run():
    a, b = V(1, 2), V(3, 4)
    for i in range(3):
        c = a + b
        d = a + 5
        print(c.x, c.y, d.x, a * 2, a < b, b < a, a > b, a == b, a == a, a != b)
        print(a < V(7), a[1], a['k'], a(1, z=2), a())
        e = a
        e += b
        print(e is a, e.x)
        try:
            a - b
        except TypeError as err:
            print(err)
        try:
            a - 1
        except TypeError as err:
            print(err)
        try:
            a -= b
        except TypeError as err:
            print(err)
        try:
            a + 'x'
        except TypeError as err:
            print(err)
        try:
            a['boom']
        except KeyError as err:
            print(repr(err), [f.name for f in traceback.extract_tb(err.__traceback__)])
        print(a + W(1), a - W(1), (W(2) + W(3)).x)
        try:
            print(a >= b)
        except TypeError as err:
            print(err)


run()
V.__add__ = lambda self, other: 'patched'
V.__getitem__ = lambda self, k: 'patched item'


def again(v):
    return v + v, v[0], v + 1


print([again(V(0)) for _ in range(3)])
del V.__getitem__
try:
    again(V(0))
except TypeError as err:
    print(err)


class Gen:
    def __add__(self, other):
        yield self
        yield other

    def __getitem__(self, i):
        yield i


g = Gen()
for _ in range(2):
    print(len(list(g + g)), list(g[3]))


class L(list):
    def __add__(self, other):
        return NotImplemented


for _ in range(2):
    try:
        print(L([1]) + [2])
    except TypeError as err:
        print(err)


class Deep:
    def __add__(self, n):
        return n if n == 0 else self + (n - 1)


for _ in range(2):
    print(Deep() + 300)
try:
    Deep() + 10 ** 7
except RecursionError as err:
    print('RecursionError')


class S:
    __slots__ = 'a', 'b'


s = S()
for i in range(4):
    try:
        print(s.a)
    except AttributeError as err:
        print(err)
    s.a = i
    print(s.a)
    del s.a
s.a = 1


def get(o):
    return o.a


print([get(s) for _ in range(3)])
S.a = property(lambda self: 'now a property')
print([get(s) for _ in range(3)])


def events():
    seen = []

    def tracer(frame, event, arg):
        seen.append((event, frame.f_code.co_name))
        return tracer
    a = V(1)
    a < a
    sys.settrace(tracer)
    a < a
    sys.settrace(None)
    return seen


print(events())
for i, (x, y) in enumerate(zip([1, 2], (3, 4))):
    print(i, x, y)
d = {1: 2, 3: 4}
for k, v in d.items():
    print(k, v)
try:
    for k, v in d.items():
        d[k + 10] = 1
except RuntimeError as err:
    print(err)


def broken():
    yield 1
    raise ValueError('broken')


try:
    for i, v in enumerate(broken()):
        print(i, v)
except ValueError as err:
    print(err)
try:
    for a, b in zip([1, 2, 3], broken()):
        print(a, b)
except ValueError as err:
    print(err)
z = zip(iter([1, 2, 3]), [1])
for a, b in z:
    print(a, b)
print(list(z))


class Cmp:
    def __init__(self, v):
        self.v = v

    def __eq__(self, other):
        return NotImplemented if self.v == 0 else [] if self.v == 1 else 'yes'

    def __lt__(self, other):
        return NotImplemented if self.v == 0 else self

    def __gt__(self, other):
        return 'reflected' if self.v == 3 else NotImplemented

    def __bool__(self):
        if self.v == 9:
            raise ValueError('no truth')
        return self.v > 4


def branches(a, b):
    out = []
    try:
        if a == b:
            out.append('eq')
        if a != b:
            out.append('ne')
        while a < b:
            out.append('lt')
            break
        if not a < b:
            out.append('not lt')
        if Cmp(a.v) == Cmp(b.v):
            out.append('temporaries')
    except (TypeError, ValueError) as err:
        out.append(str(err))
    return out


for _ in range(3):
    print([branches(Cmp(i), Cmp(j)) for i in (0, 1, 2, 5, 9) for j in (0, 3)])
