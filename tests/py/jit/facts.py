# interpreter: -X jit=auto -X jit-threshold=2
# What machine code has learnt about registers must hold wherever it is used: values that change kind, entries in the middle, classes that change.
import sys

def kinds(values):
    out = []
    for v in values:
        x = v
        for i in range(3):
            x = x + x
            y = x * 1
        out.append((x, y))
    return out
print(kinds([1, 2.5, 3, 2**62, 'a', 4, -0.0, 1e300, float('inf'), 7, True]))

def floats(n, start):
    x = start
    y = 0.0
    for i in range(n):
        t = x * 0.5 + i * 2.0 - y / 3.0
        y = -t if i % 3 else t * t
        if y > 1e6:
            y = y / 1e6
        x = t
    return x, y
for start in (1.0, 2, 0.0, -0.0, 1e-200, 1e200, float('nan'), 10**40, True):
    print(start, floats(12, start))

# Doubles that need a box, on their way out of machine code.
def boxes(a, b):
    t = (a * b) * (a * b)
    try:
        u = (a * a * b) / (b - b)
    except ZeroDivisionError as e:
        u = str(e)
    return t, u, [a * b, a - b], (a * b).is_integer()
for a, b in ((1.5, 2.5), (1e200, 1e100), (1e-200, 1e-150), (float('nan'), 1.0), (0.0, -1.0), (1e308, 10.0)) * 2:
    print(boxes(a, b))

def squares(xs):
    return [x ** 2 for x in xs]
print(squares([1, 2, 3]), squares([1.5, 2.5]), squares([2**40, 1e100, -3]))
for v in (1e200, 2**70):
    try:
        print(squares([v]))
    except OverflowError as e:
        print(e)

def shifts(n):
    return [n >> 1, n >> 63, n // 8, n % 8, n // 3, n % 3, n // -4, n % -4, n << 3, ~n, -n, n & 12, n | 3, n ^ 5]
for n in (0, 1, -1, 7, -7, 2**61, -2**62, 2**62 - 1, 2**70, -2**70) * 2:
    print(shifts(n))

# An attribute's slot is compiled in; then the class gets a property of that name, then loses it.
class C:
    def __init__(self, v):
        self.v = v
def read(o):
    t = 0
    for _ in range(3):
        t += o.v
    return t
o = C(5)
print([read(o) for _ in range(6)])
C.v = property(lambda self: 100)
print(read(o))
del C.v
print(read(o))
class D(C):
    other = 1
    def __init__(self, v):
        self.w = 0
        self.v = v
class S:
    __slots__ = ('v',)
class M:
    v = 7
s = S()
s.v = 3
print([read(x) for x in (o, D(2), s, M, M(), o, D(4))])
del o.v
try:
    read(o)
except AttributeError as e:
    print(e)

def write(o, v):
    o.v = v
    return o.v
for x in (C(1), D(1), s, C(2)):
    print(write(x, 9), write(x, 'text'))
class Guarded:
    def __setattr__(self, name, value):
        object.__setattr__(self, name, (name, value))
print(write(Guarded(), 1))

# More classes than a site's cache holds.
classes = [type('K%d' % i, (), {'f': lambda self, i=i: i, 'a': i}) for i in range(9)]
def many(objects):
    return sum(x.f() * 10 + x.a for x in objects)
objects = [c() for c in classes]
print([many(objects) for _ in range(5)])
classes[3].f = lambda self: 1000
classes[4].a = 5000
print(many(objects))

# Locals that are unbound again, and bound to something else.
def unbound(flag):
    x = 1
    for i in range(4):
        if flag and i == 2:
            del x
        try:
            x += 1
        except UnboundLocalError as e:
            return str(e)
    return x
print([unbound(i > 2) for i in range(5)])

# Calls with too few, too many, defaults; functions whose code is replaced.
def f(a, b=2, c=3):
    return (a, b, c)
def call():
    out = [f(1), f(1, 5), f(1, 5, 6)]
    for args in ((), (1, 2, 3, 4)):
        try:
            f(*args)
        except TypeError as e:
            out.append(str(e))
    return out
for _ in range(4):
    print(call())
f.__code__ = (lambda a, b=0, c=0: [a, b, c]).__code__
print(call())
f.__defaults__ = (8, 9)
print(call())

# The same of classes.
class P:
    def __init__(self, x, y=1):
        self.x = x
        self.y = y
class Q:
    pass
def build(cls, *args):
    return vars(cls(*args))
def build_points():
    return [vars(P(i, 2)) for i in range(3)], vars(P(7)), type(Q()).__name__
for _ in range(4):
    print(build_points())
P.__init__ = lambda self, x, y=5: setattr(self, 'z', (x, y))
print(build_points())
class R(P):
    def __init__(self):
        raise ValueError('no')
def fails():
    try:
        R()
    except ValueError as e:
        return e.args, e.__traceback__.tb_next.tb_frame.f_code.co_name
print([fails() for _ in range(4)][-1])

# Generators: driven by loops, by C++, by others; closed and thrown into.
def gen(n):
    try:
        for i in range(n):
            got = yield i * 1.5
            if got:
                yield ('got', got)
    finally:
        log.append('end')
def outer(n):
    r = yield from gen(n)
    yield r
log = []
for _ in range(4):
    total = 0
    for x in gen(5):
        total += x
    g = gen(3)
    pairs = [next(g), g.send('s'), next(g)]
    g.close()
    print(total, sum(gen(4)), list(outer(2)), pairs, len(log))
def thrower():
    g = gen(3)
    next(g)
    try:
        g.throw(KeyError('k'))
    except KeyError as e:
        return repr(e)
print([thrower() for _ in range(3)])

# Loops over whatever there is.
def loop(it):
    return [x for x in it]
def pairs(it):
    return [(b, a) for a, b in it]
d = {'a': 1, 'b': 2}
for _ in range(3):
    print(loop(range(3)), loop([1, 'x']), loop((1, 2.5)), loop('hé'), loop(d), loop(d.values()), loop({5}), loop(iter(range(2**63, 2**63 + 2))))
    print(pairs(d.items()), pairs(enumerate('ab')), pairs(zip([1, 2], (3, 4))), pairs(zip(range(2), 'xy')), pairs([(1, 2)]), pairs(enumerate(range(2), 2**62)))
def grow(n):
    xs = [0]
    for x in xs:
        if len(xs) < n:
            xs.append(x + 1)
    return xs
print(grow(10))
def change(d):
    try:
        for k in d:
            d[k + 1] = 0
    except RuntimeError as e:
        return str(e)
print([change({1: 1}) for _ in range(3)])

# Items, slices, comparisons of all sorts at the same place.
def items(o, k):
    try:
        return o[k]
    except (IndexError, KeyError, TypeError) as e:
        return type(e).__name__
class G:
    def __getitem__(self, k):
        return ('G', k)
for o, k in (([1, 2], 1), ([1, 2], -1), ([1, 2], 5), ((3, 4), -2), ((3,), 9), ('aé', 1), ('a€', 1), ('a', -1), ('a', 4), (d, 'a'), (d, 'z'), (d, 1), (b'xy', 0), (G(), 2), (5, 1)) * 2:
    print(items(o, k), end=' ')
print()
def compare(x, y):
    return (x == y, x != y, 'in' if x in (y, 1) else 'out', 'eq' if x == y else 'ne')
for x, y in ((1, 1), (1, 1.0), ('a', 'a'), ('a', 'b'), ('ab', 'a' + 'b'), ('', ''), (None, 0), ([1], [1]), (float('nan'), float('nan')), ((1,), (1,)), ('é', 'e'), (2**70, 2**70)) * 2:
    print(compare(x, y), end=' ')
print()
def contains(x, y):
    try:
        return x in y, x not in y
    except TypeError as e:
        return type(e).__name__
for x, y in (('a', 'abc'), ('z', 'abc'), ('é', 'é€'), ('', 'abc'), ('a', d), ('q', d), (1, d), (1, 'a'), ([], d), (2, [1, 2]), (2, range(3))) * 2:
    print(contains(x, y), end=' ')
print()
def slices(o, i, j):
    return o[i:j], o[:j], o[i:], o[::2]
for o in ([1, 2, 3, 4], (1, 2, 3, 4), 'abcd', b'abcd') * 2:
    print(slices(o, 1, -1), slices(o, None, 99))

# What a finaliser sees of the frame that let go of its object.
class Noisy:
    def __del__(self):
        frame = sys._getframe(1)
        seen.append((frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno))
seen = []
def lets_go():
    a = Noisy()
    a = 1.5
    b = [Noisy()]
    b[0] = a * 2
    c = Noisy()
    return b
for _ in range(4):
    seen.clear()
    lets_go()
print(seen)

# What machine code can't do for the kinds that it knows is the handler's business, and so is what comes of it.
def remainder_of_float(n):
    try:
        return ((3.5 % n) + n) % undefined
    except NameError:
        return ((7.5 // n) + n) * 2, (2.5 ** n) + n
print([remainder_of_float(k + 1) for k in range(6)])
class Odd:
    def __init__(self, v):
        self.v = v
    def __gt__(self, other):
        return self.v
    __lt__ = __gt__
def odd_answers(x):
    answer = 'abc' < x
    if answer is True or answer is False:
        return 'bool'
    if 'abc' > x:
        return [answer, x]
    return answer, x
for v in ([1], {}, 5, 0, 2.5, None, True) * 3:
    print(odd_answers(Odd(v)).__class__.__name__, end=' ')
print()
def many_doubles(a, b):
    return [a + b, a - b, a * b, a * 2.5 + b, a - 1.5, a + 1.5, b * 2, b + 3, b - 3, b * 0.5, a + 7, a + 8, a + 9, a + 10, a + 11, a + 12, a * b + 1, (a - b) * (a + b)]
for a, b in ((1.5, 2.5), (2.5, 1), (1, 2), (1, 0.5), (3, 4), ('x', 1)) * 3:
    try:
        print(sum(many_doubles(a, b)), [type(v).__name__[0] for v in many_doubles(a, b)])
    except TypeError as e:
        print('TypeError')
