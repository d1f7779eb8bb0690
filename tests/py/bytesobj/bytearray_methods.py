"""bytearray: mutation, slices, growth, exports, errors."""


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


a = bytearray(b'hello')
a[0] = 72
a.append(33)
a.extend(b' wo')
a.extend([114, 108])
a += b'd'
a.insert(5, 44)
print(a, a.pop(), a.pop(0), a.remove(108), a, a.reverse(), a, a.copy() is a, a.copy() == a, a.clear(), a, bool(a))
a = bytearray(range(10))
a[2:4] = b'XYZ'
a[::3] = b'abcd'
del a[1]
del a[-2:]
a[5:5] = bytearray(b'ins')
a[:0] = [1, 2]
a[3:1] = (9,)
print(a, len(a))
a *= 2
print(a, a[2:6], type(a[1:3]).__name__, a[0], a.index(9), a.find(b'X'), a.count(9), a.startswith(b'\1\2'))
b = bytearray(b'Text Here')
print(b.upper(), b.split(), b.replace(b'e', b'3'), b.partition(b' '), b.join([b'1', b'2']), b.decode(), b.hex(), b.center(13, b'-'), b.title(), b.swapcase(), b.splitlines(), b.strip(b'Te'), b.isalpha(), type(b.upper()).__name__, b.translate(None, b'e'), b'%s' % b, b % () if False else '', bytearray(b'%d') % 5)
print(b == b'Text Here', b + b'!', b'!' + b, type(b + b'').__name__, type(b'' + b).__name__, b < b'Z', b * 2, b'x' in b, 84 in b, bytes(b), bytearray(5), bytearray('é', 'utf-8'), bytearray([1]), bytearray(bytearray(b'q')), list(b)[:2], repr(bytearray(b"it's")), str(bytearray(b'\xff')))
view = memoryview(b)
for f in (lambda: b.append(1), lambda: b.extend(b'x'), lambda: b.pop(), lambda: b.clear(), lambda: b.__delitem__(0), lambda: b.insert(0, 1), lambda: b.__setitem__(slice(0, 1), b'ab'), lambda: b.__iadd__(b'x'), lambda: b.__imul__(2), lambda: b.remove(84)):
    show(f)
b[0] = 116
b[1:3] = b'EX'
print(b, bytes(view))
view.release()
b.append(33)
print(b)
big = bytearray()
for i in range(5000):
    big.append(i & 255)
    if i % 3 == 0:
        del big[0]
print(len(big), sum(big), big[:5])
it = iter(bytearray(b'abc'))
print(next(it), it.__length_hint__(), list(it))
grow = bytearray(b'ab')
out = []
for x in grow:
    out.append(x)
    if len(grow) < 5:
        grow.append(x + 2)
print(out)
for f in (lambda: a.append(256), lambda: a.append(-1), lambda: a.append('a'), lambda: a.append(b'a'), lambda: a.extend('abc'), lambda: a.extend([256]), lambda: a.extend(5), lambda: a.insert('x', 1), lambda: a.insert(0, 999), lambda: bytearray().pop(), lambda: a.pop(999), lambda: a.remove(200), lambda: a.remove('x'), lambda: a.__setitem__(0, 256), lambda: a.__setitem__(0, 'a'), lambda: a.__setitem__(99, 1), lambda: a.__setitem__('x', 1), lambda: a.__setitem__(slice(0, 2), 5), lambda: a.__setitem__(slice(0, 2), 'ab'), lambda: a.__setitem__(slice(0, 6, 2), b'ab'), lambda: a.__setitem__(slice(0, 2), [300]), lambda: a.__delitem__(99), lambda: a[99], lambda: a['x'], lambda: bytearray('a'), lambda: bytearray(-1), lambda: bytearray([1, 'a']), lambda: bytearray(1.5), lambda: bytearray(1 << 70), lambda: a + 'x', lambda: a * 'x', lambda: a < 'x', lambda: hash(a), lambda: a.index(b'zzz'), lambda: a.reverse(1), lambda: bytearray.fromhex('xyz'), lambda: bytearray(b'\xff').decode('ascii')):
    show(f)
s = bytearray(b'abcdef')
s[1:4] = s
print(s)
s += bytes(s)
s.extend(s[:])
print(len(s), s.__alloc__() >= len(s))
del s[:100]
print(s)
s.pop()
