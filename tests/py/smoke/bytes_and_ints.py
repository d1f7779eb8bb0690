"""Bytes, bit operations, big integers, conversions."""
b = bytes(range(0, 256, 16))
print(b, b.hex(), b[3], b[2:5], len(b), b.find(b'\x40'), sum(b), bytes(reversed(b))[:3], bytes.fromhex('dead beef'))
ba = bytearray(b'hello')
ba[0] ^= 0x20
ba += b' world'
ba[5:6] = b'--'
print(ba, ba.upper(), bytes(ba).split(b'--'), b'x' in ba, ba.decode())
n = 0xdeadbeef
print(n, hex(n), bin(n).count('1'), n.bit_length(), n >> 16 & 0xffff, n.to_bytes(4, 'big'), int.from_bytes(b'\x01\x02', 'little'), ~n, n ^ 0xffffffff)
print(2 ** 100, 3 ** 50 // 7, -(2 ** 70) % 1000, 10 ** 30 + 1 - 10 ** 30, pow(2, 1000, 997), divmod(10 ** 20, 7), (1 << 80) | 1, int('9' * 25), str(2 ** 64)[::-1], abs(-2 ** 65))


def crc(data):
    c = 0xffffffff
    for x in data:
        c ^= x
        for _ in range(8):
            c = c >> 1 ^ 0xedb88320 if c & 1 else c >> 1
    return c ^ 0xffffffff


def gcd(a, b):
    return a if not b else gcd(b, a % b)


print(hex(crc(b'123456789')), gcd(2 ** 40, 6 ** 20), [int(d) for d in str(2 ** 20)], int('1010', 2), int('zz', 36), f'{n:_x} {n:032b} {10 ** 9:,}')
table = {}
for i in range(256):
    table.setdefault(bin(i).count('1'), []).append(i)
print({k: len(v) for k, v in sorted(table.items())})
sieve = bytearray([1]) * 100
for p in range(2, 10):
    if sieve[p]:
        sieve[p * p::p] = bytes(len(range(p * p, 100, p)))
print([i for i in range(2, 100) if sieve[i]])
(2 ** 40).to_bytes(5, 'big')
