# _bz2 and _lzma: streams in pieces, limits, filters, errors.
import _bz2
import _lzma
import pickle

data = b"".join(b"%d squared is %d\n" % (i, i * i) for i in range(4000))


def attempt(f, *args, **kw):
    try:
        return f(*args, **kw)
    except Exception as e:
        return type(e).__name__, str(e)


def in_pieces(make, packed, limit):
    d, out, steps = make(), [], 0
    feed = packed
    while not d.eof:
        out.append(d.decompress(feed[:500] if d.needs_input else b"", limit))
        if len(out[-1]) > limit >= 0:
            print("too much")
        if steps == 0 or d.needs_input:
            feed = feed[500:]
        steps += 1
        if steps > 2000:
            return "no end"
    return b"".join(out)


c = _bz2.BZ2Compressor(3)
packed = c.compress(data[:5000]) + c.compress(data[5000:]) + c.flush()
d = _bz2.BZ2Decompressor()
print(d.decompress(packed + b"tail") == data, d.eof, d.unused_data, d.needs_input)
print(attempt(d.decompress, b""), attempt(c.flush), attempt(c.compress, b""))
d = _bz2.BZ2Decompressor()
print(attempt(d.decompress, b"BZh9not a stream at all"), attempt(d.decompress, b""), d.needs_input)
for args in ((0,), (10,), ("9",), (1, 2)):
    print(attempt(_bz2.BZ2Compressor, *args))
print(attempt(_bz2.BZ2Decompressor, 1), attempt(pickle.dumps, c))
d = _bz2.BZ2Decompressor()
part = d.decompress(packed, 100)
print(part == data[:100], d.needs_input, d.decompress(b"", 50) == data[100:150], len(d.decompress(b"")))

for kw in ({}, {"format": _lzma.FORMAT_ALONE}, {"check": _lzma.CHECK_SHA256}, {"preset": 0}, {"preset": 3 | _lzma.PRESET_EXTREME},
           {"format": _lzma.FORMAT_XZ, "filters": [{"id": _lzma.FILTER_DELTA, "dist": 4}, {"id": _lzma.FILTER_LZMA2, "preset": 1}]}):
    c = _lzma.LZMACompressor(**kw)
    packed = c.compress(data[:5000]) + c.compress(data[5000:]) + c.flush()
    d = _lzma.LZMADecompressor()
    print(d.decompress(packed) == data, d.check, d.eof)
    print(in_pieces(_lzma.LZMADecompressor, packed, 999) == data)
raw = [{"id": _lzma.FILTER_X86}, {"id": _lzma.FILTER_LZMA2, "dict_size": 65536, "lc": 2, "mf": _lzma.MF_HC4, "mode": _lzma.MODE_FAST}]
c = _lzma.LZMACompressor(_lzma.FORMAT_RAW, filters=raw)
packed = c.compress(data) + c.flush()
print(_lzma.LZMADecompressor(_lzma.FORMAT_RAW, filters=raw).decompress(packed) == data)
F = _lzma.FILTER_LZMA2
for kw in ({"format": 9}, {"format": _lzma.FORMAT_AUTO}, {"check": 1, "format": _lzma.FORMAT_ALONE}, {"preset": 3, "filters": []},
           {"preset": -1}, {"preset": 2**40}, {"preset": 77}, {"format": _lzma.FORMAT_RAW}, {"filters": 3}, {"filters": [b""]},
           {"filters": [{}]}, {"filters": [{"id": 99}]}, {"filters": [{"id": F, "x": 1}]}, {"filters": [{"id": F, "lc": "a"}]},
           {"filters": [{"id": F}] * 5}, {"format": _lzma.FORMAT_ALONE, "filters": [{"id": F}]}, {"check": 15}):
    print(kw, attempt(_lzma.LZMACompressor, **kw))
for kw in ({"format": 9}, {"memlimit": b""}, {"format": 3}, {"filters": raw}, {"format": 3, "memlimit": 5}):
    print(kw, attempt(_lzma.LZMADecompressor, **kw))
c = _lzma.LZMACompressor()
packed = c.compress(data) + c.flush()
print(attempt(_lzma.LZMADecompressor(memlimit=1024).decompress, packed))
print(attempt(_lzma.LZMADecompressor().decompress, b"not that"), attempt(_lzma.LZMADecompressor().decompress, packed[:50] + packed[60:]))
print(_lzma._encode_filter_properties({"id": _lzma.FILTER_LZMA1}), _lzma._decode_filter_properties(_lzma.FILTER_LZMA1, b"]\0\0\x80\0"))
print(_lzma._decode_filter_properties(_lzma.FILTER_DELTA, b"\3"), attempt(_lzma._decode_filter_properties, 999, b""))
print(_lzma.is_check_supported(_lzma.CHECK_CRC64), _lzma.is_check_supported(7))
