# interpreter: -X jit=auto -X jit-threshold=3
# Functions that become machine code while they run: loops entered in the middle, calls from and to interpreted code, what dies on the way.
import sys

EDGES = [0, 1, -1, 3, -5, 2**53, 2**53 + 1, -2**53 - 1, 2**61, 2**62, -2**62, 0.0, -0.0, 1.5, -2.5, 5e-324, 1e308, float('inf'), float('nan'), True, None, 'a']

def mixed(x, y):
    out = []
    for f in (lambda: x + y, lambda: x - y, lambda: x * y, lambda: x / y, lambda: x + 3, lambda: x - 3, lambda: x * -3, lambda: x / 3, lambda: x / -7,
              lambda: x < 3, lambda: x >= -2, lambda: x == 0, lambda: x != 1, lambda: x is y, lambda: x is not y, lambda: 'yes' if x else 'no'):
        try:
            out.append(repr(f()))
        except (MemoryError, OverflowError):
            out.append('too large')
        except Exception as e:
            out.append(type(e).__name__)
    if isinstance(x, (int, float)):
        out.append((1 if x < 2 else 0) + (2 if x == -1 else 0) + (4 if x > 0 else 0) + (8 if not x <= 5 else 0))
    return out

for x in EDGES:
    for y in EDGES:
        for _ in range(2):
            mixed(x, y)
print([mixed(x, y) for x in EDGES for y in EDGES])

class Noisy:
    def __init__(self, name):
        self.name = name
    def __del__(self):
        print('del', getattr(self.name, 'name', self.name))

def die(i):
    a = Noisy(('a', i))
    a = Noisy(('b', i))
    items = [a, Noisy(('c', i))]
    x, y = items[0], items.pop()
    del a
    items[0] = None
    Noisy(('d', i)) is Noisy(('e', i))
    x.name = Noisy(('f', i))
    return y

for i in range(5):
    die(i)

def make(n):
    total = 0
    def add(k):
        nonlocal total
        total += k * n
        return total
    return add

adders = [make(i) for i in range(10)]
for _ in range(10):
    for add in adders:
        last = add(2)
print(last, [add(0) for add in adders])

class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def moved(self, d):
        return Point(self.x + d, self.y - d)
    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

class Wrong:
    def __init__(self):
        return 1

def points():
    p = Point(0, 0)
    for i in range(20):
        p = p.moved(i)
    return p.x, p.y, p == Point(190, -190)
print(points())
for _ in range(6):
    try:
        Wrong()
    except TypeError as e:
        text = str(e)
print(text)

def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)
print(deep(500))
for _ in range(3):
    try:
        deep(10**6)
    except RecursionError as e:
        print('RecursionError')

# The class and the globals change under compiled code.
class A:
    def f(self): return 'A.f'
def call(o): return o.f(), len('x')
a = A()
print([call(a) for _ in range(8)][-1])
A.f = lambda self: 'new'
print(call(a))
a.f = lambda: 'own'
print(call(a))
len = lambda x: 'my len'
print(call(a))
del len
print(call(a))

# Tracing takes over in the middle and gives way again.
events = []
def tracer(frame, event, arg):
    if frame.f_code.co_name in ('traced', 'inner'):
        events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer
def inner(i):
    return i + 1
def traced(n):
    total = 0
    for i in range(n):
        if i == 7:
            sys.settrace(tracer)
        if i == 9:
            sys.settrace(None)
        total += inner(i)
    return total
print(traced(12), events)

def countdown(n):
    while n:
        yield n
        n -= 1
print(sum(countdown(50)), [x for x in countdown(5)])

def same_text(words):
    n = 0
    for w in words:
        if w == 'ab':
            n += 1
        if w != 'a' + 'b'[:1]:
            n += 10
    return n
print(same_text(['ab', 'a' + chr(98), 'cd', '', 'abc'] * 4))

def names():
    try:
        for i in range(10):
            if i == 8:
                missing
    except NameError as e:
        return e.__traceback__.tb_lineno - names.__code__.co_firstlineno
print(names())

class Key(str):
    def __hash__(self): return hash(str(self))
def items(d, text, keys):
    out = []
    for k in keys:
        try:
            out.append(d[k])
        except (KeyError, TypeError) as e:
            out.append(repr(e))
        try:
            out.append(text[k])
        except (IndexError, TypeError) as e:
            out.append(type(e).__name__)
        out.append({'x': [k]}['x'][0])
    return out
print(items({'a': 1, 'b': [2], '\xe9': None}, 'h\xe9llo\u20ac', ['a', 'b', 'c', '\xe9', Key('a'), 0, 1, -1, 5, 6, -7, 2**70, True, None]))
print(items({'a': 1, 0: 'zero', 2**70: 'large', True: 'yes'}, 'ab', ['a', 'b', 0, 1, -1, 2**70, True, None]))

# sys._jit, where there is one.
def square(n):
    return n * n
jit = getattr(sys, '_jit', None)
if jit:
    before = jit.stats()['compiled']

    assert jit.compile(square) and jit.is_compiled(square) and square(12) == 144
    assert jit.stats()['compiled'] >= before and jit.stats()['failed'] == 0
    assert 'MULTIPLY' in jit.dump(square) and 'RETURN' in jit.dump(square.__code__)
    for wrong in (jit.compile, jit.is_compiled, jit.dump):
        try:
            wrong(1)
            assert False
        except TypeError as e:
            assert str(e) == "expected a function, method or code object, not 'int'"
