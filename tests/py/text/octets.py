# bytes, bytearray and memoryview.
def show(f, *args, **kw):
    try:
        print(ascii(f(*args, **kw)))
    except Exception as e:
        print(type(e).__name__, ascii(str(e)))

for T in (bytes, bytearray):
    print('=====', T.__name__)
    for raw in (b'', b'a', b'Hello World', b'  x\ty \n', b'aXbXcX', b'l1\nl2\r\nl3\rl4', b'\x00\x7f\x80\xff\'', b'\'"', b'a\tb\tc'):
        t = T(raw)
        print(t, len(t), t.hex())
        for name in 'capitalize lower upper title swapcase strip lstrip rstrip split rsplit splitlines isalnum isalpha isascii isdigit islower isspace istitle isupper expandtabs'.split():
            show(getattr(t, name))
        for sub in (b'', b'a', b'X', b'l', b'\n', bytearray(b'lo')):
            show(lambda: (t.find(sub), t.rfind(sub), t.count(sub), sub in t, t.replace(sub, b'<>'), t.replace(sub, b'', 1), t.removeprefix(sub), t.removesuffix(sub), t.strip(sub)))
            if len(sub):
                show(lambda: (t.split(sub), t.rsplit(sub, 1), t.partition(sub), t.rpartition(sub)))
        show(t.startswith, (b'H', b'a')); show(t.endswith, b'X'); show(t.find, 97); show(t.find, 256); show(t.find, 'a'); show(lambda: 97 in t); show(lambda: 300 in t); show(lambda: 'a' in t)
        for w in (0, 5, 20):
            print(t.center(w), t.ljust(w, b'*'), t.rjust(w), t.zfill(w))
        for i in (-100, -2, 0, 1, 100):
            print(t[i:], t[:i], t[i::2], t[::-1])
        print(t * 2, t + b'!', t == raw, raw == t, hash(bytes(t)) == hash(raw), list(t), list(reversed(t)))
        show(t.translate, None, b'lX'); show(t.translate, bytes(range(255, -1, -1))); show(t.translate, b'x'); show(t.decode, 'latin-1'); show(t.decode, 'ascii', 'replace'); show(t.hex, ':'); show(t.hex, '-', 2); show(t.hex, b'_', -3); show(t.hex, '::'); show(t.hex, 5); show(t.hex, '\xe9')
    t = T(b'abc')
    for f in (lambda: t + 'a', lambda: 'a' + t, lambda: t * 'a', lambda: t[10], lambda: t['a'], lambda: t.join([b'x', bytearray(b'y')]), lambda: t.join([1]), lambda: t.join(['a']), lambda: t.join(1), lambda: t.split(b''), lambda: t.split('a'), lambda: t.index(b'z'), lambda: t.center(5, b'ab'), lambda: t.center(5, 'a'), lambda: t.startswith('a'), lambda: t.startswith([b'a']), lambda: t.replace('a', b'b'), lambda: t.strip('a'), lambda: t < 'a', lambda: t == 'abc', lambda: t < b'abd', lambda: T.maketrans(b'a', b'bc'), lambda: T.fromhex('ab CD\n01'), lambda: T.fromhex('a'), lambda: T.fromhex('zz'), lambda: T.fromhex('ab\u1234'), lambda: T.fromhex(b'ab'), lambda: t.removeprefix('a'), lambda: t.zfill('a'), lambda: t.find(), lambda: t.find(b'a', 1, 2, 3), lambda: t.count(b''), lambda: t.expandtabs('x')):
        show(f)
    for args in ((), (3,), (-1,), ('a',), ('a', 'ascii'), ('\xe9', 'ascii'), ('\xe9', 'ascii', 'ignore'), ([1, 2, 255],), ([256],), ([-1],), (['a'],), ((1, 2),), (range(3),), (iter([1, 2]),), (None,), (1.5,), ({1: 2},), (b'x', 'ascii'), (object,), (memoryview(b'zz'),), ('a', 5), (bytearray(b'q'),)):
        show(T, *args)
    show(T, errors='x'); show(T, encoding='x'); show(T, source=b'k'); show(T, 1, 2, 3, 4)
class B(bytes): pass
b = B(b'sub'); b.x = 1
print(b, type(b.upper()).__name__, type(b[:]).__name__, b.x, type(B.fromhex('00')).__name__, bytes(b), type(bytes(b)).__name__, type(b + b'').__name__)
class HasBytes:
    def __bytes__(self): return b'hb'
print(bytes(HasBytes()))
class BadBytes:
    def __bytes__(self): return 'x'
show(bytes, BadBytes())

a = bytearray(b'hello')
a[0] = 72; a[1:3] = b'EEE'; a.append(33); a.extend(b'xy'); a.extend([1, 2]); a.insert(0, 9); print(a, a.pop(), a.pop(0)); a.remove(33); a.reverse(); print(a); del a[0]; del a[::2]; print(a); a += b'zz'; a *= 2; print(a); a[::2] = b'1' * len(a[::2]); print(a); a[2:2] = a; print(a); c = a.copy(); a.clear(); print(a, len(c))
a = bytearray(b'abc')
for f in (lambda: a.append('a'), lambda: a.append(256), lambda: a.pop(10), lambda: a.remove(1), lambda: a.insert(0, -1), lambda: a.__setitem__(10, 1), lambda: a.__setitem__(0, 'a'), lambda: a.__setitem__(0, 256), lambda: a.__setitem__(slice(0, 1), 5), lambda: a.__setitem__(slice(0, 1), 'a'), lambda: a.__setitem__(slice(None, None, 2), b'abc'), lambda: a.__delitem__(10), lambda: a.extend(5), lambda: a.extend('abc'), lambda: a.extend([300]), lambda: hash(a), lambda: a.__reduce_ex__(2), lambda: a.__reduce_ex__(3), lambda: a.__iadd__('x'), lambda: bytearray().pop(), lambda: a.__setitem__('x', 1)):
    show(f)
m = memoryview(a)
for f in (lambda: a.append(1), lambda: a.clear(), lambda: a.__delitem__(0), lambda: a.__setitem__(0, 65), lambda: a.__imul__(2), lambda: a.extend(b'')):
    show(f)
m.release(); a.append(1); print(a)
big = bytearray()
for i in range(3000):
    big.append(i & 255)
while len(big) > 5:
    del big[:7]
print(big)

m = memoryview(bytearray(b'abcdef'))
print(m.format, m.itemsize, m.nbytes, m.ndim, m.shape, m.strides, m.suboffsets, m.readonly, m.contiguous, m.c_contiguous, m.f_contiguous, m.obj, len(m), m[1], bytes(m[1:3]), m[::2].tolist(), bytes(m[::-1]), m.tolist(), m == b'abcdef', m != b'x', m.hex(), m[2:].tobytes())
m[0] = 90; m[1:3] = b'YX'; m[::2] = b'123'; print(m.obj)
for f in (lambda: m['a'], lambda: m[1, 2], lambda: m[10], lambda: m[()], lambda: m[...], lambda: m[0:2, 0:1], lambda: m.__setitem__(0, 'a'), lambda: m.__setitem__(0, 300), lambda: m.__delitem__(0), lambda: memoryview(b'a').__setitem__(0, 1), lambda: m.__setitem__(slice(0, 2), b'abc'), lambda: m.__setitem__('a', b'abc'), lambda: memoryview(5), lambda: hash(m), lambda: hash(memoryview(b'abcd')) == hash(b'abcd'), lambda: m.cast('i'), lambda: m.cast('x'), lambda: m.cast('H').cast('i'), lambda: m[::2].cast('b'), lambda: m.cast('B', 5), lambda: m.cast('B', ['a']), lambda: m.cast('B', [0]), lambda: m.cast('B', [7]), lambda: m.cast('B', [1] * 65), lambda: m.cast(5), lambda: m.tobytes('X'), lambda: m < m, lambda: m + b'', lambda: m.toreadonly().readonly, lambda: m.hex('-', 2), lambda: memoryview(b'abc')[::0]):
    show(f)
c = m.cast('B', [2, 3])
for f in (lambda: c[0], lambda: c[0, 1], lambda: c[5, 1], lambda: c[1, 5], lambda: len(c), lambda: c.tolist(), lambda: c[0:1, 0:1], lambda: list(c), lambda: c[0, 0, 0], lambda: c.__setitem__(0, 1), lambda: c.__setitem__((0, 0), 1), lambda: c.__setitem__(slice(0, 1), b'x'), lambda: c.tobytes('F'), lambda: c.shape, lambda: c.strides, lambda: c.cast('B').tolist(), lambda: c == memoryview(b'abcdef').cast('B', [2, 3]), lambda: c[0:1].shape):
    show(f)
z = memoryview(b'abcd').cast('i', [])
for f in (lambda: len(z), lambda: z[()], lambda: z[0], lambda: z.tolist(), lambda: list(z), lambda: z.shape, lambda: z.contiguous):
    show(f)
for fmt in 'bBhHiIlLqQnNfd?cP':
    v = memoryview(bytearray(16)).cast(fmt)
    try:
        v[0] = b'x' if fmt == 'c' else 1
        print(fmt, v.itemsize, v.tolist(), v.tobytes())
    except Exception as e:
        print(fmt, type(e).__name__, e)
    for bad in (-1, 2**64, 'x', 1.5, None):
        show(v.__setitem__, 0, bad)
x = memoryview(b'abc'); y = memoryview(x); x.release()
for f in (lambda: x[0], lambda: y[0], lambda: x == x, lambda: len(x), lambda: x.nbytes, lambda: hash(x), lambda: x.__enter__(), lambda: x.obj, lambda: x.release(), lambda: repr(x)[:20]):
    show(f)
with memoryview(bytearray(b'q')) as w:
    show(bytes, w)
show(lambda: w[0])
import gc
class Cyc(bytearray): pass
k = Cyc(b'xyz'); k.me = memoryview(k); del k; print(gc.collect() >= 0)
