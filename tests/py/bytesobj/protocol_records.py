"""A binary protocol: framing, varints, checksums, nested records, truncated and corrupt input."""
import struct


class ProtocolError(ValueError):
    def __init__(self, offset, why):
        super().__init__(f'at {offset}: {why}')
        self.offset = offset


def varint(n):
    if n < 0:
        raise ValueError(f'negative {n}')
    out = bytearray()
    while True:
        n, low = n >> 7, n & 127
        out.append(low | (128 if n else 0))
        if not n:
            return bytes(out)


def pack(value):
    match value:
        case None:
            return b'N'
        case bool():
            return b'T' if value else b'F'
        case int():
            return b'I' + varint(value << 1 if value >= 0 else (-value << 1) - 1)
        case float():
            return b'D' + struct.pack('<d', value)
        case str():
            raw = value.encode()
            return b'S' + varint(len(raw)) + raw
        case bytes() | bytearray():
            return b'B' + varint(len(value)) + bytes(value)
        case list() | tuple():
            return b'L' + varint(len(value)) + b''.join(map(pack, value))
        case dict():
            return b'M' + varint(len(value)) + b''.join(pack(k) + pack(v) for k, v in value.items())
    raise TypeError(f'cannot pack {type(value).__name__}')


class Reader:
    def __init__(self, data):
        self.view, self.at = memoryview(data), 0

    def take(self, n):
        if self.at + n > len(self.view):
            raise ProtocolError(self.at, f'{n} bytes wanted, {len(self.view) - self.at} left')
        self.at += n
        return self.view[self.at - n:self.at]

    def varint(self):
        n = shift = 0
        while True:
            b = self.take(1)[0]
            n |= (b & 127) << shift
            if b < 128:
                return n
            shift += 7
            if shift > 700:
                raise ProtocolError(self.at, 'endless number')

    def value(self):
        start = self.at
        match bytes(self.take(1)):
            case b'N':
                return None
            case b'T' | b'F' as t:
                return t == b'T'
            case b'I':
                n = self.varint()
                return n >> 1 if not n & 1 else -(n + 1 >> 1)
            case b'D':
                return struct.unpack('<d', self.take(8))[0]
            case b'S':
                try:
                    return str(self.take(self.varint()), 'utf-8')
                except UnicodeDecodeError as e:
                    raise ProtocolError(start, 'bad text') from e
            case b'B':
                return bytes(self.take(self.varint()))
            case b'L':
                return [self.value() for _ in range(self.varint())]
            case b'M':
                return {self.value(): self.value() for _ in range(self.varint())}
            case other:
                raise ProtocolError(start, f'unknown tag {other}')


def frame(value):
    body = pack(value)
    return struct.pack('>IH', len(body), sum(body) & 0xffff) + body


def unframe(data):
    if len(data) < 6:
        raise ProtocolError(0, 'no header')
    size, check = struct.unpack_from('>IH', data)
    body = data[6:6 + size]
    if sum(body) & 0xffff != check:
        raise ProtocolError(6, f'checksum {sum(body) & 0xffff} is not {check}')
    reader = Reader(body)
    value = reader.value()
    if reader.at != len(body):
        raise ProtocolError(reader.at, 'trailing bytes')
    return value


values = [None, True, False, 0, -1, 127, 128, 300, -2 ** 70, 2 ** 200, 1.5, -0.0, float('inf'), '', 'é中\U0001f600', b'', b'\0\xff' * 3, [], [1, [2, [3]]], {}, {'k': [1, {'n': None}], 5: 'five'}, 'x' * 1000]
for v in values:
    data = frame(v)
    assert unframe(data) == v, v
    print(type(v).__name__, len(data), data[6:16].hex(' '))
good = frame({'a': [1, 2, 'three'], 'b': 2.5})
for label, data in ('empty', b''), ('cut', good[:-3]), ('flip', good[:8] + b'\xff' + good[9:]), ('tag', frame(None)[:-1] + b'Z'), ('tail', good + b'!'), ('raw tag', struct.pack('>IH', 1, ord('Z')) + b'Z'), ('long', struct.pack('>IH', 2, ord('S') + 9) + b'S\x09'), ('utf', struct.pack('>IH', 3, ord('S') + 1 + 255) + b'S\1\xff'), ('endless', struct.pack('>IH', 201, (ord('I') + 255 * 200) & 0xffff) + b'I' + b'\xff' * 200):
    try:
        print(label, unframe(data))
    except ProtocolError as e:
        print(label, e, e.offset, repr(e.__cause__)[:40])
for bad in object, {1, 2}, 1j, [object()]:
    try:
        pack(bad)
    except TypeError as e:
        print(e)
stream = b''.join(map(frame, values))
at, back = 0, []
while at < len(stream):
    size = 6 + int.from_bytes(stream[at:at + 4], 'big')
    back.append(unframe(stream[at:at + size]))
    at += size
print(back == values, len(stream), bytearray(stream).count(b'\0'))
unframe(good[:-1])
