"""Bit operations on negative and huge integers against a plain model."""


def model(op, a, b, bits=200):
    mask = (1 << bits) - 1
    r = {'&': lambda x, y: x & y, '|': lambda x, y: x | y, '^': lambda x, y: x ^ y}[op](a & mask, b & mask)
    return r - (1 << bits) if r >> (bits - 1) else r


values = [0, 1, -1, 5, -5, 255, -256, 2 ** 31, -2 ** 31, 2 ** 62 - 1, 2 ** 62, -2 ** 62, -2 ** 62 - 1, 2 ** 63, -2 ** 64, 3 ** 50, -3 ** 50, 2 ** 100 - 1, -2 ** 100]
for a in values:
    for b in values:
        assert a & b == model('&', a, b), (a, b)
        assert a | b == model('|', a, b), (a, b)
        assert a ^ b == model('^', a, b), (a, b)
    assert ~a == -a - 1
    for n in (0, 1, 5, 31, 32, 60, 61, 62, 63, 64, 100, 130):
        assert a << n == a * 2 ** n, (a, n)
        assert a >> n == a // 2 ** n, (a, n)
print('model agrees')
for a in values[:12]:
    print(a, a & 0xff, a | 1, a ^ -1, a << 3, a >> 3, a.bit_length(), a.bit_count(), bin(a)[:20], hex(a), oct(a)[:20])
print(True & 1, True | False, True ^ True, ~True, True << 2, type(True & False).__name__, type(True & 1).__name__, 1 << True)
x = 0b1010
x |= 0b0101
x &= 0b1100
x ^= 0b1111
x <<= 70
x >>= 68
print(x, -1 >> 1000, 1 >> 1000, -(2 ** 100) >> 99, -(2 ** 100) >> 100, -(2 ** 100) >> 101, 0 << 10 ** 18)


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


show(lambda: 1 << -1)
show(lambda: 1 >> -1)
show(lambda: 1 << -(2 ** 80))
show(lambda: 5 >> 2 ** 80)
show(lambda: -5 >> 2 ** 80)
show(lambda: 0 << 2 ** 80)
show(lambda: 1 & 1.0)
show(lambda: 1 | 'a')
show(lambda: ~1.5)
show(lambda: 1 << 1.0)
parity = 0
for i in range(2000):
    parity ^= i * 2654435761 & 0xffffffff
print(parity)
1 << None
