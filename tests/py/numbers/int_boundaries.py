"""Integers around the sizes at which representations change."""
edges = []
for bits in 7, 8, 15, 16, 29, 30, 31, 32, 53, 59, 60, 61, 62, 63, 64, 65, 90, 127, 128:
    for delta in -2, -1, 0, 1, 2:
        edges += [2 ** bits + delta, -2 ** bits + delta]
total = 0
for a in edges:
    for b in edges[::7]:
        total = (total * 31 + (a + b) + (a - b) * 3 + a * b + (a & b) + (a | b) * 5 + (a ^ b)) % (10 ** 18 + 9)
        if b:
            q, r = divmod(a, b)
            assert q * b + r == a and (r == 0 or (r > 0) == (b > 0))
            total = (total + q * 7 + r) % (10 ** 18 + 9)
print(total)
for a in edges[:60:3]:
    print(a, hash(a) if abs(a) < 2 ** 61 - 1 else 'h', float(a), a.bit_length(), -a, ~a, abs(a), hex(a))
x = 2 ** 62 - 1
for _ in range(4):
    print(x, x + 1, -x - 1, x * 2, -x * 2)
    x += 1
print(2 ** 62 * 2, 2 ** 31 * 2 ** 31, -2 ** 63, 4611686018427387904 + 4611686018427387904, 9223372036854775807 + 1, -9223372036854775808 - 1)
print(3037000500 ** 2, 3037000499 ** 2, 2147483648 * 4294967296, 4294967296 * 4294967296)
print(-9223372036854775808 // -1, -4611686018427387904 // -1, divmod(-4611686018427387904, -1), abs(-4611686018427387904))
print(1 << 61, 1 << 62, 1 << 63, -1 << 62, -1 << 63, (1 << 63) >> 1, (-1 << 63) >> 63, 5 >> 100, -5 >> 100, 0 << 1000)
print(hash(2 ** 61 - 1), hash(2 ** 61), hash(-1), hash(-2), hash(-2 ** 61), hash(2 ** 64), hash(10 ** 40))
i = 2 ** 62 - 3
seen = []
while len(seen) < 6:
    seen.append(i)
    i += 1
print(seen, sum(seen), max(seen) - min(seen), sorted(seen, reverse=True) == seen[::-1])
print(range(2 ** 62 - 2, 2 ** 62 + 2)[-1], len(range(2 ** 63 - 5, 2 ** 63 + 5)), list(range(2 ** 64, 2 ** 64 + 3)), 2 ** 64 in range(2 ** 65))
print(int.from_bytes(b'\xff' * 8, 'little'), int.from_bytes(b'\x80' + b'\0' * 7, 'big', signed=True), (2 ** 63).to_bytes(9, 'big', signed=True), (-2 ** 63).to_bytes(8, 'little', signed=True))
(2 ** 63).to_bytes(8, 'big', signed=True)
