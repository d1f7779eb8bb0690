# struct: every format in every byte order on borderline values; buffers that are too small; the errors.
import struct


def show(f, *args, **kwargs):
    try:
        print(f.__name__, args, kwargs, f(*args, **kwargs))
    except Exception as e:
        print(f.__name__, args, kwargs, type(e).__name__, e)


for c in 'bBhHiIlLqQnN':
    for prefix in ('', '<', '>', '!', '='):
        for v in (1 << 70, -(1 << 70), 1 << 64, (1 << 64) - 1, 1 << 63, -1 << 63, -1, 0, 'a', 1.5, 70000, -70000, 300, -300):
            show(struct.pack, prefix + c, v)
for c in 'PefdcspX?':
    for prefix in ('', '<', '>'):
        for v in ('a', b'ab', 1, -1, 1 << 70, 1e300, b'', None, float('nan'), 65519.999, 65520, 6e-8, 3.4028235677973366e38):
            show(struct.pack, prefix + c, v)
for h in range(0, 65536, 97):
    v = struct.unpack('<e', h.to_bytes(2, 'little'))[0]
    if v == v:
        assert struct.pack('<e', v) == h.to_bytes(2, 'little'), h
for args in (('3s', b'abcdef'), ('3p', b'abcdef'), ('0p', b'a'), ('p', b'a'), ('300p', b'a' * 400), (), ('i',), ('ii', 1), (1,), ('i', 1, 2),
             ('2?', 1, 'a'), ('3xh2x', 5), ('bhiqd', 1, 2, 3, 4, 5.0), ('<bhiqd', 1, 2, 3, 4, 5.0)):
    show(struct.pack, *args)
for fmt in ('1', '1x2', '99999999999999999999x', '9223372036854775807i', ' i i ', 'i\0', 'i@', '', '@ci', 'ci0q', '<P', b'i', '9223372036854775807x1x'):
    show(struct.calcsize, fmt)
for args in (('i', b'abc'), ('i', 'abc'), ('i',), ('5p', b'\x09abcd'), ('4c', b'abcd'), ('2s2s', b'abcd')):
    show(struct.unpack, *args)
for args in (('i', b'abc'), ('i', b'abcd', 1), ('i', b'abcd', -5), ('i', b'abcd', -1), ('i', b'abcdefgh', -8), ('i', b'abcd', 'x'), ()):
    show(struct.unpack_from, *args)
b = bytearray(4)
for args in (('i', b, 0, 1), ('i', b, 1, 1), ('i', b, -5, 1), ('i', b, -2, 1), ('i',), ('i', b), ('i', b, 0), ('i', b'abcd', 0, 1), ('i', 1, 0, 1),
             ('i', b, 'x', 1), (), ('i', b, 10**30, 1)):
    show(struct.pack_into, *args)
for args in (('i', b'abc'), ('', b''), ('i', 'a')):
    show(struct.iter_unpack, *args)
print(list(struct.iter_unpack('h', b'abcd')))
s = struct.Struct('i')
print(s.format, s.size, s.pack(3), s.unpack(b'abcd'), list(s.iter_unpack(b'abcd')))
s.__init__('2h')
print(s.format, s.size, s.pack(3, 4))


class Reinit:
    def __index__(self):
        s.__init__('q')
        return 1


s.pack(Reinit(), 2)
print(s.format)
show(struct.Struct)
show(struct.Struct, 1)
show(struct.Struct, 'i', 'j')
