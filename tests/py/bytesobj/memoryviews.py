"""memoryview: slices, casts, formats, comparison, release, read-only and exported buffers."""
import array


def show(f):
    try:
        r = f()
        print(repr(r) if ' at 0x' not in repr(r) else type(r).__name__)
    except Exception as e:
        print(type(e).__name__, e)


data = bytearray(b'abcdefghijkl')
m = memoryview(data)
print(m[0], m[-1], m[2:5].tobytes(), m[::3].tolist(), m[::-1].tobytes(), len(m), m.nbytes, m.itemsize, m.format, m.ndim, m.shape, m.strides, m.suboffsets, m.readonly, m.contiguous, m.c_contiguous, m.f_contiguous, m.obj is data)
m[0] = 65
m[1:3] = b'BC'
m[::4] = b'xyz'
print(data, bytes(m[3:6]), m.tobytes() == data, m.hex(), m[:3].hex('-'), list(m[:3]), m.tolist()[:3], 120 in m, m == data, m == b'other', m[1:3] == b'BC', m[:0] == b'')
r = memoryview(b'read only')
print(r.readonly, hash(r) == hash(b'read only'), hash(r[2:4]) == hash(b'ad'), r.toreadonly().readonly, memoryview(data).toreadonly().readonly)
for f in (lambda: r.__setitem__(0, 1), lambda: hash(m), lambda: m.__setitem__(0, 256), lambda: m.__setitem__(0, 'a'), lambda: m.__setitem__(slice(0, 2), b'abc'), lambda: m.__setitem__(slice(0, 2), 'ab'), lambda: m.__setitem__(slice(0, 2), [1, 2]), lambda: m.__delitem__(0), lambda: m[99], lambda: m['x'], lambda: m[1.0], lambda: m[0, 0], lambda: m[()], lambda: m < m, lambda: m + b'x', lambda: memoryview('text'), lambda: memoryview(5), lambda: memoryview([1]), lambda: memoryview(), lambda: memoryview(b'a', 1), lambda: m.foo, lambda: m.index(1) if hasattr(m, 'index') else 'no index'):
    show(f)
a = array.array('i', [1, -2, 3, 400])
v = memoryview(a)
print(v.format, v.itemsize, v.tolist(), v[1], v.nbytes, v.cast('B')[:4].tolist(), v.cast('B').cast('i').tolist() == a.tolist())
v[0] = 99
show(lambda: v.__setitem__(0, 1 << 40))
show(lambda: v.__setitem__(0, 1.5))
print(a, v == a, v == array.array('q', [99, -2, 3, 400]), v == array.array('d', [99, -2, 3, 400]))
for code, values in ('b', [-1, 127]), ('B', [255]), ('h', [-5]), ('H', [65535]), ('l', [-9]), ('q', [2 ** 62]), ('Q', [2 ** 64 - 1]), ('f', [1.5]), ('d', [0.1]), ('u', 'aé'):
    view = memoryview(array.array(code, values))
    show(lambda: (view.format, view.itemsize, view.tolist()))
c = memoryview(bytes(range(24))).cast('B', (2, 3, 4))
print(c.shape, c.strides, c.ndim, c[1, 2, 3], c.tolist(), len(c), c.nbytes)
for f in (lambda: c[0], lambda: c[0, 0], lambda: c[2, 0, 0], lambda: c[0:1], lambda: c[0, 0, 0, 0], lambda: c.cast('i'), lambda: c.cast('B', (24,))[23], lambda: memoryview(b'abc').cast('h'), lambda: memoryview(b'abcd').cast('B', (3,)), lambda: memoryview(b'abcd').cast('x'), lambda: memoryview(b'abcd').cast('ii'), lambda: memoryview(b'abcd')[::2].cast('h'), lambda: memoryview(b'abcd').cast('?').tolist(), lambda: memoryview(b'ab').cast('c').tolist(), lambda: memoryview(a).cast('h'), lambda: memoryview(b'abcd').cast('B', []), lambda: memoryview(b'abcd').cast('B', (2, 'x')), lambda: memoryview(b'a').cast('B', ())[()]):
    show(f)
with memoryview(data) as w:
    show(lambda: data.append(1))
    inner = w[2:]
show(lambda: w[0])
show(lambda: len(w))
print(repr(w)[:16], inner[0])
show(lambda: data.append(1))
inner.release()
inner.release()
m.release()
show(lambda: data.append(1))
print(data, bytearray(memoryview(b'xy')), bytes(memoryview(b'abcd')[::2]), b''.join([memoryview(b'1'), memoryview(b'2')]), memoryview(memoryview(b'q')).obj)
n = memoryview(bytearray(b'abc'))
n2 = n[1:]
show(lambda: n.release())
print(n2.tobytes())
show(lambda: n.tolist())
src = bytearray(b'0123456789')
o = memoryview(src)
o[2:8] = o[0:6]
print(src)
o[0:6] = o[2:8]
print(src)
int.from_bytes(memoryview(b'\1\2'), 'big') and n[0]
