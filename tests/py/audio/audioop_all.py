# audioop: every function over all widths, edge values, errors.
import warnings
warnings.simplefilter("ignore")
import audioop


def attempt(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return type(e).__name__, str(e)


def pack(width, *values):
    return b"".join(v.to_bytes(width, "little", signed=True) for v in values)


for w in (1, 2, 3, 4):
    top = 1 << (8 * w - 1)
    data = pack(w, 0, 17, -17, top - 1, -top, -1, 5, 100, -100, top // 2, 3, -3)
    print(w, [getattr(audioop, f)(data, w) for f in ("max", "minmax", "avg", "rms", "avgpp", "maxpp", "cross")], audioop.getsample(data, w, 4))
    for f in ("reverse", "byteswap", "lin2ulaw", "lin2alaw"):
        print("  ", f, getattr(audioop, f)(data, w).hex())
    for factor in (0, 1, -1, 0.5, 2, 1e10):
        print("  ", audioop.mul(data, w, factor).hex())
    print("  ", audioop.tomono(data, w, 0.5, 0.5).hex(), audioop.tostereo(data[:4 * w], w, 1, 0.3).hex(), audioop.add(data, data, w).hex())
    print("  ", [audioop.bias(data, w, b).hex() for b in (1, -1, 0x7fffffff)], [audioop.lin2lin(data, w, n).hex() for n in (1, 2, 3, 4)])
    packed, state = audioop.lin2adpcm(data, w, None)
    print("  ", packed.hex(), state, audioop.adpcm2lin(packed, w, (5, 8)))
    out, state = audioop.ratecv(data, w, 2, 8000, 11025, None)
    print("  ", out.hex(), state, audioop.ratecv(data, w, 2, 8000, 5000, state, 3, 1))
    print("  ", audioop.ulaw2lin(bytes(range(0, 256, 7)), w).hex(), audioop.alaw2lin(bytes(range(0, 256, 7)), w).hex())
    print("  ", [getattr(audioop, f)(b"", w) for f in ("max", "minmax", "avg", "rms", "avgpp", "maxpp", "cross", "reverse")])
data = pack(2, *[(i * 37) % 211 - 100 for i in range(60)])
print(audioop.findfit(data, data[20:40]), audioop.findfactor(data, audioop.mul(data, 2, 3)), audioop.findmax(data, 7))
for f, args in (("max", (b"abc", 2)), ("max", (b"abc", 5)), ("getsample", (b"ab", 1, 2)), ("add", (b"ab", b"abc", 1)), ("findfit", (b"a", b"a")),
                ("findfit", (b"", b"aa")), ("findfactor", (b"aa", b"")), ("findmax", (b"aa", 3)), ("ratecv", (b"a", 1, 0, 1, 1, None)),
                ("ratecv", (b"a", 1, 1, 0, 1, None)), ("ratecv", (b"a", 1, 1, 1, 1, 3)), ("ratecv", (b"a", 1, 1, 1, 1, None, 0, 0)),
                ("lin2adpcm", (b"aa", 2, (0, 99))), ("adpcm2lin", (b"a", 2, 5)), ("tomono", (b"a", 1, 1, 1)), ("mul", ("a", 1, 1))):
    print(f, attempt(getattr(audioop, f), *args))
