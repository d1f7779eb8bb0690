"""array.array: type codes, methods, conversions, buffer, errors."""
import array
import io


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


for code, values in [('b', [-128, 127]), ('B', [0, 255]), ('h', [-2, 3]), ('H', [65535]), ('i', [-1, 2 ** 31 - 1]), ('I', [2 ** 32 - 1]), ('l', [-5]), ('L', [5]), ('q', [-2 ** 63]), ('Q', [2 ** 64 - 1]), ('f', [0.1, 1e30]), ('d', [0.1]), ('u', 'aé中')]:
    a = array.array(code, values)
    print(a, a.itemsize, a.typecode, a.tolist() if code != 'u' else a.tounicode(), len(a), a[0], a.tobytes(), a == array.array(code, values), a.buffer_info()[1])
a = array.array('i', range(5))
a.append(9)
a.extend([7, 8])
a.extend(array.array('i', [1]))
a.insert(0, -1)
a.insert(-1, 50)
a[1] = 100
print(a, a.pop(), a.pop(0), a.remove(100), a.index(9), a.index(9, 2), a.count(7), a[1:3], a[::-1], a.reverse(), a)
a[1:3] = array.array('i', [5, 5, 5])
del a[0]
del a[::2]
a += array.array('i', [1])
a *= 2
print(a, a + a, a * 0, 5 in a, a == a, a != a[:-1], a < array.array('i', [99]), list(reversed(a)), max(a), a.copy() if hasattr(a, 'copy') else a[:])
b = array.array('h', b'\1\0\2\0')
b.frombytes(b'\3\0')
b.fromlist([4, 5])
b.byteswap()
print(b, b.tobytes(), bytes(b), bytearray(b), memoryview(b).tolist(), io.BytesIO(b).read(2))
f = io.BytesIO()
b.tofile(f)
f.seek(0)
c = array.array('h')
c.fromfile(f, 2)
print(c)
show(lambda: c.fromfile(f, 99))
print(len(c))
for g in (lambda: array.array('z'), lambda: array.array(), lambda: array.array(5), lambda: array.array('ii'), lambda: array.array('i', 5), lambda: array.array('i', 'ab'), lambda: array.array('i', [1.5]), lambda: array.array('i', ['a']), lambda: array.array('b', [128]), lambda: array.array('B', [-1]), lambda: array.array('i', [2 ** 31]), lambda: array.array('Q', [-1]), lambda: array.array('I', [2 ** 32]), lambda: array.array('f', ['x']), lambda: array.array('u', [1]), lambda: array.array('i', b'abc'), lambda: a.append('x'), lambda: a.append(1.5), lambda: a.extend(5), lambda: a.extend(array.array('d', [1])), lambda: a.extend(['x']), lambda: a.insert('x', 1), lambda: array.array('i').pop(), lambda: a.pop(99), lambda: a.remove(12345), lambda: a.index(12345), lambda: a[99], lambda: a['x'], lambda: a.__setitem__(99, 1), lambda: a.__setitem__(0, 'x'), lambda: a.__setitem__(slice(0, 1), [1]), lambda: a.__setitem__(slice(0, 1), array.array('d', [1])), lambda: a.__setitem__(slice(0, 4, 2), array.array('i', [1])), lambda: a + [1], lambda: a + array.array('d'), lambda: a * 'x', lambda: a.frombytes(b'abc'), lambda: a.frombytes('x'), lambda: a.fromlist((1,)), lambda: a.fromlist([1, 'x']), lambda: a.fromunicode('x'), lambda: a.tounicode(), lambda: hash(a), lambda: a < [1], lambda: a.typecode.x, lambda: array.array('i', x=1)):
    show(g)
print(a == [1], array.typecodes, array.ArrayType is array.array)
m = memoryview(a)
show(lambda: a.append(1))
show(lambda: a.pop())
a[0] = 77
print(m[0])
m.release()
a.append(1)
it = iter(array.array('i', [1, 2, 3]))
print(next(it), list(it), array.array('d', [float('nan')]) == array.array('d', [float('nan')]), array.array('i', (x for x in 'abc' if False)), array.array('u', 'x' * 3))


class Sub(array.array):
    def __new__(cls, *args, tag=None):
        self = super().__new__(cls, *args)
        self.tag = tag
        return self


s = Sub('i', [1, 2], tag='t')
print(s, s.tag, s[:1], type(s + s).__name__)
import copy
print(copy.copy(s), copy.deepcopy(a) == a, a.__reduce_ex__(3)[0].__name__, array.array('i').tolist())
big = array.array('q', range(10000))
big.extend(big)
print(len(big), sum(big), big[15000])
array.array('b', [1, 2, 300])
