# The multibyte codecs: whole planes by checksum, errors and handlers, incremental coders, streams.
import _codecs_jp
import _multibytecodec
import codecs
import hashlib
import io

NAMES = """gb2312 gbk gb18030 hz big5hkscs iso2022_kr iso2022_jp iso2022_jp_1 iso2022_jp_ext shift_jis cp932 euc_jp shift_jis_2004
euc_jis_2004 euc_kr cp949 johab big5 cp950""".split()
TEXT = "".join(map(chr, list(range(0x20, 0x7f)) + list(range(0x3041, 0x3094)) + list(range(0x4e00, 0x4e80)) + list(range(0xac00, 0xac40))))


def attempt(f, *args, **kw):
    try:
        return f(*args, **kw)
    except Exception as e:
        return type(e).__name__, str(e)


for name in NAMES:
    h = hashlib.md5()
    packed = TEXT.encode(name, "ignore")
    h.update(packed)
    text = packed.decode(name)
    h.update(text.encode())
    h.update(bytes(range(0xa1, 0xff)).decode(name, "replace").encode())
    h.update("\u20ac\xa5\u203e\uff5e\u301c\u2015\u2014\U00020b9f".encode(name, "backslashreplace"))
    decoder, encoder = codecs.getincrementaldecoder(name)(), codecs.getincrementalencoder(name)()
    steps = "".join([decoder.decode(packed[i:i + 1]) for i in range(len(packed))]) + decoder.decode(b"", True)
    back = b"".join([encoder.encode(c) for c in text]) + encoder.encode("", True)
    print(name, len(packed), h.hexdigest(), steps == text, back == packed, encoder.getstate(), decoder.getstate())
    stream = codecs.getreader(name)(io.BytesIO(packed))
    out = io.BytesIO()
    writer = codecs.getwriter(name)(out)
    writer.writelines([text[:50], text[50:]])
    writer.reset()
    print(stream.read(5), stream.readline()[:3], len(stream.read()), stream.read(), out.getvalue() == packed)
    for errors in ("strict", "ignore", "replace", "xmlcharrefreplace", "nothing"):
        print("  ", attempt("a\u0e01b".encode, name, errors), attempt(b"a\xff\x20b\x8f".decode, name, errors))

e = codecs.getincrementalencoder("euc_jis_2004")()
print(e.encode("\u00e6"), e.getstate(), e.encode("\u0300"), e.encode("\u304b"), e.encode("\u309a"), e.encode("\u00e6", True))
e = codecs.getincrementalencoder("iso2022_jp")()
print(e.encode("\u3042"), hex(e.getstate()), e.encode("a"), e.encode("\u3042\n"), e.encode("", True), e.reset())
d = codecs.getincrementaldecoder("euc_jp")("replace")
print(d.decode(b"\xa4"), d.getstate(), d.setstate((b"\x8f\xa2", 0)), d.decode(b"\xb7"), d.errors, attempt(setattr, d, "errors", 3), attempt(d.decode, "x"))
print(codecs.decode(b"\xa4\xd4\xa4\xa1\xa4\xbf\xa4\xd4", "euc_kr"), "\ub620".encode("euc_kr"), b"~{VPND~}~~".decode("hz"))
print(attempt(_codecs_jp.getcodec, "big5"), attempt(_codecs_jp.getcodec, 3), attempt(_multibytecodec.MultibyteIncrementalEncoder), attempt(type(_codecs_jp.getcodec("cp932"))))
codecs.register_error("test.mb", lambda e: ("<%d-%d>" % (e.start, e.end) if isinstance(e, UnicodeEncodeError) else "?!", e.end))
print("x\u0e01y\u0e02".encode("gbk", "test.mb"), b"x\xff\xffy".decode("gbk", "test.mb"))
