"""Bytes, bytearrays, memoryviews and struct: packing records, checksums, hex, searching."""
import struct
import sys


def adler(data):
    a, b = 1, 0
    for byte in data:
        a = (a + byte) % 65521
        b = (b + a) % 65521
    return b << 16 | a


def crc_table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ 0xEDB88320 if n & 1 else n >> 1
        table.append(n)
    return table


def crc32(data, table=crc_table()):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


size = int(sys.argv[1]) if len(sys.argv) > 1 else 700_000
record = struct.Struct('<IhBd4s')
buffer = bytearray()
for i in range(size):
    buffer += record.pack(i, i % 1000 - 500, i & 255, i / 3, b'ab%02d' % (i % 100))
assert len(buffer) == size * record.size
total = 0
view = memoryview(buffer)
for i in range(0, len(buffer), record.size):
    number, small, byte, real, tag = record.unpack_from(view, i)
    total += number + small + byte + int(real) + tag[2]
again = sum(r[0] for r in record.iter_unpack(buffer))
assert again == size * (size - 1) // 2
head = bytes(view[: size * 4])
checks = adler(head), crc32(head)
import binascii
assert checks[1] == binascii.crc32(head)
swapped = bytearray(head)
swapped[::2], swapped[1::2] = head[1::2], head[::2]
assert bytes(swapped).hex() != head.hex() and bytes.fromhex(head.hex()) == head
hits = head.count(b'ab') + head.find(b'ab99') + len(head.split(b'\0'))
upper = head.translate(bytes(b - 32 if 97 <= b <= 122 else b for b in range(256)))
assert upper.count(b'AB') >= head.count(b'ab')
print('bytes_pack', size, total, *checks, hits)
