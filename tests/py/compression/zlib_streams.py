# zlib: one-shot calls, stream objects, dictionaries, copies, errors.
import copy
import zlib

data = b"".join(b"line %d of some text\n" % (i * i % 97) for i in range(3000))


def attempt(f, *args, **kw):
    try:
        return f(*args, **kw)
    except Exception as e:
        return type(e).__name__, str(e)


for level in (-1, 0, 1, 6, 9):
    for wbits in (15, -15, 31, 9):
        packed = zlib.compress(data, level, wbits)
        assert zlib.decompress(packed, wbits) == data, (level, wbits)
print(attempt(zlib.compress, b"x", 10))
print(attempt(zlib.compress, "x"))
print(attempt(zlib.decompress, b"nonsense"))
print(attempt(zlib.decompress, zlib.compress(data)[:-5]))
print(attempt(zlib.decompress, zlib.compress(data), bufsize=-1))
print(attempt(zlib.compressobj, 3, zlib.DEFLATED, 100))
print(attempt(zlib.decompressobj, zdict=3))

c = zlib.compressobj(9, memLevel=9, strategy=zlib.Z_FILTERED)
parts = [c.compress(data[i:i + 1000]) for i in range(0, len(data), 1000)]
fork = c.copy()
deep = copy.deepcopy(c)
parts2 = parts + [fork.compress(b"another end"), fork.flush()]
parts += [c.flush(zlib.Z_SYNC_FLUSH), c.flush(zlib.Z_NO_FLUSH), c.flush()]
print(zlib.decompress(b"".join(parts)) == data, zlib.decompress(b"".join(parts2)) == data + b"another end", len(deep.flush()) > 0)
print(attempt(c.compress, b"more"))
print(attempt(c.copy))

d = zlib.decompressobj()
packed = zlib.compress(data) + b"trailing"
out, tail, steps = b"", packed, 0
while not d.eof:
    out += d.decompress(tail, 777)
    tail = d.unconsumed_tail
    steps += 1
print(out == data, steps, d.unused_data, d.eof, d.decompress(b" more"), d.unused_data, d.flush())
print(attempt(zlib.decompressobj().decompress, packed, -1))
print(attempt(zlib.decompressobj().flush, 0))

words = b"line of some text"
c = zlib.compressobj(zdict=words)
packed = c.compress(data[:100]) + c.flush()
print(zlib.decompressobj(zdict=words).decompress(packed) == data[:100])
print(attempt(zlib.decompressobj().decompress, packed))
print(attempt(zlib.decompressobj(zdict=b"wrong").decompress, packed))
print(zlib.crc32(data), zlib.adler32(data), zlib.crc32(b""), zlib.adler32(b""), zlib.crc32(b"", -1), zlib.crc32(b"abc", 2**40 + 5))
print(type(c), type(d), zlib.error.__module__, attempt(type(c)))
