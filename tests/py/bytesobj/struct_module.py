"""struct: formats, sizes, alignment, limits, errors, iteration."""
import struct


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


for fmt, values in [('b', (-128,)), ('B', (255,)), ('h', (-5,)), ('H', (65535,)), ('i', (-1,)), ('I', (2 ** 32 - 1,)), ('l', (5,)), ('L', (5,)), ('q', (-2 ** 63,)), ('Q', (2 ** 64 - 1,)), ('n', (7,)), ('N', (7,)), ('f', (1.5,)), ('d', (0.1,)), ('e', (1.5,)), ('?', (True,)), ('?', ([],)), ('c', (b'x',)), ('3s', (b'abcd',)), ('5s', (b'ab',)), ('s', (b'q',)), ('0s', (b'',)), ('4p', (b'abcdef',)), ('p', (b'',)), ('3x', ()), ('2h', (1, 2)), ('bh', (1, 2)), ('bi', (1, 2)), ('bq', (1, 2)), ('hbi', (1, 2, 3)), ('b0i', (1,)), ('P', (1,)), ('3i', (1, 2, 3)), ('2s2s', (b'a', b'b')), (' i  h ', (1, 2)), ('f', (float('inf'),)), ('d', (float('-inf'),)), ('e', (65504.0,)), ('e', (5e-8,))]:
    for order in '', '<', '>', '=', '!':
        try:
            data = struct.pack(order + fmt, *values)
            print(order + fmt, struct.calcsize(order + fmt), data, struct.unpack(order + fmt, data))
        except struct.error as e:
            print(order + fmt, 'error', e)
for args in [('b', 128), ('b', -129), ('B', 256), ('B', -1), ('h', 40000), ('H', -1), ('i', 2 ** 31), ('I', -1), ('q', 2 ** 63), ('Q', -1), ('i', 1.5), ('i', 'a'), ('i', None), ('f', 'a'), ('f', 1e40), ('e', 1e6), ('c', 'a'), ('c', b'ab'), ('c', 5), ('s', 'a'), ('s', 5), ('i',), ('i', 1, 2), ('', 1), ('z', 1), ('3', 1), ('i3', 1), ('5', ), ('<P', 1), ('<n', 1), ('i i', 1), ('99999999999999999999i', 1), ('1 i', 1), (5, 1), (b'i', 7), ('é', 1), ('i\0', 1), ('<@i', 1)]:
    show(lambda: struct.pack(*args))
for args in [('i', b'abc'), ('i', b'abcde'), ('i', 'abcd'), ('2i', b'1234'), ('i', bytearray(4)), ('i', memoryview(b'1234')), ('', b''), ('?', b'\2')]:
    show(lambda: struct.unpack(*args))
show(lambda: struct.unpack_from('<H', b'abcdef', 2))
show(lambda: struct.unpack_from('<H', b'abcdef', -2))
show(lambda: struct.unpack_from('<H', b'abc', 2))
show(lambda: struct.unpack_from('<H', b'abc', -9))
show(lambda: struct.unpack_from('<I', b'abc'))
buf = bytearray(8)
show(lambda: struct.pack_into('<HB', buf, 3, 513, 255) or buf)
show(lambda: struct.pack_into('<I', buf, 6, 1))
show(lambda: struct.pack_into('<I', buf, -2, 1))
show(lambda: struct.pack_into('<I', buf, -20, 1))
show(lambda: struct.pack_into('<I', b'readonly', 0, 1))
show(lambda: struct.pack_into('<I', buf, 'x', 1))
show(lambda: struct.pack_into('<I', buf))
show(lambda: list(struct.iter_unpack('<HB', bytes(range(9)))))
show(lambda: list(struct.iter_unpack('<H', b'abc')))
show(lambda: struct.iter_unpack('', b''))
s = struct.Struct('<hi')
print(s.size, s.format, s.pack(1, 2), s.unpack(b'\1\0\2\0\0\0'), struct.Struct(b'i').format, s.unpack_from(b'xx\1\0\2\0\0\0', 2), [r for r in s.iter_unpack(s.pack(1, 2) * 2)])
show(lambda: struct.Struct('z'))
show(lambda: struct.Struct(5))
show(lambda: struct.Struct.__new__(struct.Struct).pack(1))
show(lambda: s.pack(1))
show(lambda: s.format.nope)


class I:
    def __index__(self):
        return 9


class F:
    def __float__(self):
        return 2.5


print(struct.pack('<bf', I(), F()), struct.unpack('>f', b'\x7f\xc0\0\0')[0], struct.pack('<e', 1 / 3).hex(), struct.unpack('<e', b'\x01\x00')[0], struct.pack('<f', 1e-50), struct.pack('>d', -0.0))
struct.pack('i', I)
