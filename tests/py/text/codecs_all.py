# Encodings, error handlers, incremental decoding.
import codecs
def show(f, *args, **kw):
    try:
        print(ascii(f(*args, **kw)))
    except Exception as e:
        print(type(e).__name__, ascii(str(e)), (getattr(e, 'encoding', 0), getattr(e, 'start', 0), getattr(e, 'end', 0)) if isinstance(e, UnicodeError) else '')

encs = ['utf-8', 'UTF8', 'utf-16', 'utf-16-le', 'utf-16-be', 'utf-32', 'utf-32-le', 'utf-32-be', 'utf-7', 'latin-1', 'ascii', 'cp1252', 'cp437', 'koi8-r', 'unicode_escape', 'raw_unicode_escape', 'utf-8-sig', 'charmap', 'idna', 'punycode', 'mac-roman', 'iso8859-15']
texts = ['', 'abc', 'caf\xe9', '\u20ac\u1234', '\U0001f600x', 'a\ud800b', '\udc80\udcff', '\udc00\ud800', 'x+y-z&', '\x00\x7f\n\t\\', 'A' * 40 + '\u20ac']
handlers = ['strict', 'ignore', 'replace', 'backslashreplace', 'xmlcharrefreplace', 'surrogateescape', 'surrogatepass']
for e in encs:
    print('==', e)
    for t in texts:
        for h in handlers:
            if e in ('idna', 'punycode') and h != 'strict':
                continue
            show(t.encode, e, h)
datas = [b'', b'abc', b'\xc3\xa9', b'\xe2\x82\xac', b'\xf0\x9f\x98\x80', b'\xff', b'a\xffb', b'\xc3', b'\xe2\x82', b'\xe2\x28\xa1', b'\xed\xa0\x80', b'\xf4\x90\x80\x80', b'\xc0\x80', b'\xf0\x80\x80\x80', b'\xff\xfea\x00', b'\xfe\xff\x00a', b'\x00\xd8', b'\x00\xd8a\x00', b'\x00\xdc', b'a\x00b', b'\xff\xfe\x00\x00a\x00\x00\x00', b'\x00\x00\x11\x00', b'+AGE-', b'+', b'+2AE-', b'+!x', b'a+ZZ', b'\\x41\\u1234\\U0001f600\\n\\q\\', b'\\x4', b'\\u12', b'\\N{DIGIT ONE}', b'\\N{bad name}', b'\\777', b'\x81\x9d', b'\xef\xbb\xbfx', b'\x80abc\x80', b'\xe4\xb8', b'\xf0\x90\x80\xff']
import warnings
warnings.simplefilter('ignore')
for e in encs:
    if e in ('idna', 'punycode'):
        continue
    print('==', e)
    for d in datas:
        for h in ('strict', 'ignore', 'replace', 'backslashreplace', 'surrogateescape', 'surrogatepass'):
            show(d.decode, e, h)
for name in ('utf_8_decode', 'utf_16_decode', 'utf_16_le_decode', 'utf_32_decode', 'utf_7_decode', 'utf_16_ex_decode', 'utf_32_be_decode', 'unicode_escape_decode', 'raw_unicode_escape_decode', 'escape_decode', 'latin_1_decode', 'ascii_decode', 'charmap_decode'):
    f = getattr(codecs, name)
    for d in datas:
        show(f, d)
        show(f, d, 'replace')
        if 'ex_' not in name and name not in ('latin_1_decode', 'ascii_decode', 'escape_decode', 'charmap_decode'):
            show(f, d, 'strict', False)
            show(f, d, None, True)
for e in ('utf-8', 'utf-16', 'utf-32', 'utf-7', 'utf-8-sig'):
    raw = 'a\xe9\u20ac\U0001f600z'.encode(e)
    dec = codecs.getincrementaldecoder(e)()
    print(ascii([dec.decode(raw[i:i + 1]) for i in range(len(raw))] + [dec.decode(b'', True)]), dec.getstate())
show('a'.encode, 'nope'); show(b'a'.decode, 'nope'); show('a'.encode, 'hex'); show(b'61'.decode, 'hex'); show(codecs.encode, b'abc', 'hex'); show(codecs.decode, b'616263', 'hex'); show(codecs.encode, 'abc', 'rot13'); show(codecs.encode, b'abc', 'base64'); show('\xff'.encode, 'ascii', 'nohandler'); show(b'\xff'.decode, 'ascii', 'nohandler'); show('a'.encode, 5); show('a'.encode, 'utf-8', 5); show(b'a'.decode, 'a\0b'); show(codecs.encode, 'spam', 'hex'); show(codecs.decode, 'zz', 'hex')
def h(exc):
    if isinstance(exc, UnicodeDecodeError):
        return '<%s>' % exc.object[exc.start:exc.end].hex(), exc.end
    return '<%s>' % ','.join('%x' % ord(c) for c in exc.object[exc.start:exc.end]), exc.end
codecs.register_error('mine', h)
for e in ('ascii', 'latin-1', 'utf-8', 'utf-16', 'cp1252', 'utf-32-be'):
    show('a\u1234\ud800b'.encode, e, 'mine'); show(b'a\xff\x81b\xc3'.decode, e, 'mine')
codecs.register_error('bad1', lambda e: 5); codecs.register_error('bad2', lambda e: ('x', 100)); codecs.register_error('bytes', lambda e: (b'?!', e.end)); codecs.register_error('back', lambda e: ('', -1)); codecs.register_error('raise', lambda e: 1 / 0)
for n in ('bad1', 'bad2', 'bytes', 'raise'):
    show('a\u1234b'.encode, 'ascii', n); show(b'a\xffb'.decode, 'ascii', n)
for n in handlers + ['namereplace']:
    f = codecs.lookup_error(n)
    for exc in (UnicodeEncodeError('ascii', 'a\u1234\udc80', 1, 3, 'why'), UnicodeDecodeError('utf-8', b'a\xed\xa0\x80', 1, 4, 'why'), UnicodeTranslateError('a\u1234', 1, 2, 'why'), ValueError('x'), 5):
        show(f, exc)
show(codecs.lookup_error, 'zz'); show(codecs.register_error, 'x', 5); show(codecs.register, 5); show(codecs.lookup, 'zz')
print(codecs.lookup('utf8').name, codecs.lookup('Latin1').name, codecs.lookup('U8').name, codecs.lookup('ISO-8859-1').name)
show(codecs.charmap_build, 'abc'); show(codecs.charmap_encode, 'ab\u1234', 'replace', {97: 98, 98: b'xx', 63: 33}); show(codecs.charmap_decode, b'ab\xff', 'replace', {97: 'zz', 98: 0x1234}); show(codecs.charmap_decode, b'ab', 'strict', 'x' * 98); show(codecs.charmap_encode, 'a', 'strict', {97: 256}); show(codecs.charmap_encode, 'a', 'strict', {97: 'x'}); show(codecs.charmap_decode, b'a', 'strict', {97: 0x110000})
show(codecs.escape_encode, b'a\'\\\n\x00\xff'); show(codecs.escape_decode, rb'\x41\n\q\101\x4'); show(codecs.escape_decode, b'\\'); show(codecs.readbuffer_encode, 'a\u1234')
