# interpreter: -X jit=baseline
# The same answers from machine code: values at the edges of every fast path, and every way in and out of it.
import sys

EDGES = [0, 1, -1, 2, 7, -7, 61, 62, 63, 64, 2**31, -2**31, 2**61, 2**62 - 1, 2**62, -2**62, -2**62 - 1, 2**64, 0.0, -0.0, 1.5, -2.5, 1e300, 1e-300,
         float('inf'), float('-inf'), float('nan'), True, False, 'a', None]

def operators(x, y):
    out = []
    for f in (lambda: x + y, lambda: x - y, lambda: x * y, lambda: x / y, lambda: x // y, lambda: x % y, lambda: x & y, lambda: x | y,
              lambda: x ^ y, lambda: x << y, lambda: x >> y, lambda: x < y, lambda: x <= y, lambda: x == y, lambda: x != y, lambda: x > y,
              lambda: x >= y, lambda: -x, lambda: not x, lambda: x + 3, lambda: x - 3, lambda: x * 3, lambda: x & 6, lambda: x | 6, lambda: x ^ 6,
              lambda: x // 3, lambda: x % 3, lambda: x << 3, lambda: x >> 3, lambda: x < 3):
        try:
            out.append(f())
        except Exception as e:
            out.append(type(e).__name__)
    return out

def branches(x, y):
    n = 0
    try:
        if x < y: n += 1
        if x <= y: n += 2
        if x > y: n += 4
        if x >= y: n += 8
    except TypeError:
        n = -1
    if x == y: n += 16
    if x != y: n += 32
    if not x: n += 64
    if x is None: n += 128
    while x == 3:
        x = 4
    return n

total = 0
for x in EDGES:
    for y in EDGES:
        if 'a' in (x, y) and (isinstance(x, int) and x > 100 or isinstance(y, int) and y > 100):
            continue
        if isinstance(y, int) and y > 100 and isinstance(x, int) and x:
            row = operators(x, 5)
        else:
            row = operators(x, y)
        total += len(repr(row))
        if x in (-7, 2**62 - 1, 1.5) and not isinstance(y, bool):
            print(x, y, row)
    print(x, [branches(x, y) for y in EDGES])
print(total)

class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y
class Other:
    x = 'class attribute'
def read(o):
    return o.x
objects = [Point(1, 2), Point([3], 4), Other()]
objects[1].z = 5
for o in objects * 3:
    print(read(o))
del objects[0].x
try:
    read(objects[0])
except AttributeError as e:
    print(e)
objects[0].x = 'again'
print(read(objects[0]))

counter = 0
def globals_change():
    global counter
    for i in range(5):
        counter = counter + i
    return counter
print(globals_change(), globals_change())
len_before = len
def use_len(s):
    return len(s)
print(use_len('abc'))
len = lambda s: 'shadowed'
print(use_len('abc'))
del len
print(use_len('abc'))

def items(l):
    out = []
    for i in (0, 1, -1, 2, 3, -4, 100):
        try:
            out.append(l[i])
        except IndexError as e:
            out.append(str(e))
    return out
print(items([1, 'two', [3]]), items((1, 2, 3)), items('xyz'))

def loops():
    s = 0
    for i in range(3, 30, 4):
        s += i
    for i in range(10, 0, -3):
        s = s * 2 + i
    for i in range(2**62 - 2, 2**62 + 2):
        s ^= i
    return s
print(loops())

def unbound(flag):
    if flag:
        value = 1
    return value
print(unbound(True))
try:
    unbound(False)
except UnboundLocalError as e:
    print(e)

def raises(n):
    try:
        for i in range(n):
            if i == 3:
                raise ValueError(i)
            if i == 2 and n == 3:
                return 'returned'
    except ValueError as e:
        return 'caught %s at line %d' % (e, e.__traceback__.tb_lineno - raises.__code__.co_firstlineno)
    finally:
        print('finally', n)
    return 'end'
print(raises(1), raises(3), raises(10))

def generator(n):
    a, b = 0, 1
    for _ in range(n):
        got = yield a
        if got:
            a = got
        a, b = b, a + b
g = generator(90)
print([next(g) for _ in range(5)], g.send(100), list(g)[-2:])

def recurse(n):
    return 0 if n == 0 else 1 + recurse(n - 1)
print(recurse(500))
try:
    recurse(100000)
except RecursionError as e:
    print(type(e).__name__)

class Dies:
    def __init__(self, name): self.name = name
    def __del__(self): print('dies', self.name)
def lifetimes():
    d = Dies('first')
    d = Dies('second')
    d = 5
    print('between')
    e = Dies('third')
    e = e.name
    return e
print(lifetimes())

# Tracing turns on and off in the middle of machine code.
events = []
def tracer(frame, event, arg):
    if frame.f_code.co_name == 'traced':
        events.append((event, frame.f_lineno - traced.__code__.co_firstlineno))
    return tracer
def traced(n):
    s = 0
    for i in range(n):
        s += i
    return s
print(traced(3))
sys.settrace(tracer)
print(traced(2))
sys.settrace(None)
print(traced(4), events)
