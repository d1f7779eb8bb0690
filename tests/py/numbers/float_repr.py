"""The shortest text of floats, and reading it back."""
values = [0.1, 0.2, 0.3, 1 / 3, 2 / 3, 1e16, 1e15, 123456789012345680.0, 1e22, 1e23, 9007199254740993.0, 5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308,
          1e-4, 1e-5, 0.0001234, 0.00001234, 123456.789, 1e100, 1.5e-10, 4.35, 2.675, 1.005, 100.0, 1e5, 1e-7, 3.141592653589793, 2.718281828459045, 1e17, 12345678901234567.0,
          0.1 + 0.2, 1.1 * 3, 1e308 * 10, -1e308 * 10, 0.0, -0.0, 1.0000000000000002, 0.9999999999999999, 4503599627370496.5, 2.0 ** 60, 2.0 ** -60, 2.0 ** 1000, 2.0 ** -1000]
for v in values:
    print(repr(v), str(v), float(repr(v)) == v, v.hex(), float.fromhex(v.hex()) == v)
nan = float('nan')
print(nan, nan != nan, nan == nan, repr(-nan), float('-nan'), float('inf') - float('inf'), [nan] == [nan], nan in [nan], [float('nan')] == [float('nan')])
for text in '1.', '.5', '1e5', '1E+5', '1e-5', ' 1.5 ', '1_0.0_1', 'inf', '-Infinity', 'NaN', '+nan', '1e400', '-1e400', '1e-400', '0e0', '0' * 50 + '1.5', '1.' + '0' * 400 + '1', '9' * 400, '0.' + '0' * 330 + '1', '2.2250738585072011e-308', '9007199254740993', '1.00000000000000011102230246251565', '179769313486231580793728971405301e276':
    print(text[:30], float(text))
x = 1.0
for i in range(10):
    print(x, end=' ')
    x /= 7
print()
x = 1.0
for i in range(10):
    print(x, end=' ')
    x *= 12345.678
print()
for i in range(-6, 7):
    print(5 * 10.0 ** i, -1.25 * 10.0 ** (i * 3), 10.0 ** (i * 4))
checksum = 0
seed = 12345
import struct
for _ in range(3000):
    seed = (seed * 6364136223846793005 + 1442695040888963407) % 2 ** 64
    v, = struct.unpack('<d', struct.pack('<Q', seed))
    if v == v and abs(v) != float('inf'):
        text = repr(v)
        assert float(text) == v
        for c in text:
            checksum = (checksum * 131 + ord(c)) % 1000000007
print(checksum)
print(float.fromhex('0x1.8p3'), float.fromhex('-0x.1p-1074'), float.fromhex('inf'), float.fromhex('0x1.fffffffffffffp1023'), float.fromhex('  0X1P4 '), float.fromhex('1.5'))
float.fromhex('0x1.fffffffffffff8p1023')
