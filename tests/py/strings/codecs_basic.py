"""Encoding and decoding: UTF-8/16/32, Latin-1, ASCII, escapes, charmaps, error handlers, incremental."""
import codecs

text = 'aé中\U0001f600\n'
for enc in 'utf-8', 'utf-8-sig', 'utf-16', 'utf-16-le', 'utf-16-be', 'utf-32', 'utf-32-le', 'utf-32-be', 'utf-7', 'unicode_escape', 'raw_unicode_escape':
    data = text.encode(enc)
    print(enc, data, data.decode(enc) == text)
for enc in 'ascii', 'latin-1', 'cp1252', 'cp437', 'iso8859-15', 'koi8-r', 'mac-roman':
    for errors in 'replace', 'ignore', 'xmlcharrefreplace', 'backslashreplace', 'namereplace':
        try:
            print(enc, errors, 'aé€Ж'.encode(enc, errors))
        except Exception as e:
            print(enc, errors, type(e).__name__, e)
print('rot13 text', codecs.encode('Hello', 'rot13'), codecs.decode(b'aGk=\n', 'base64'), codecs.encode(b'hi', 'hex'), codecs.decode('6869', 'hex'))
for name in 'UTF8', 'utf_8', 'U8', 'Latin1', 'iso-8859-1', 'L1', 'ASCII', 'us-ascii', '646', 'cp-1252':
    try:
        print(name, codecs.lookup(name).name)
    except LookupError as e:
        print(name, e)
dec = codecs.getincrementaldecoder('utf-8')()
print([dec.decode(bytes([b])) for b in '中é'.encode()], dec.getstate())
dec.decode(b'\xe4')
try:
    dec.decode(b'', final=True)
except UnicodeDecodeError as e:
    print(e)
dec = codecs.getincrementaldecoder('utf-16')()
print([dec.decode(bytes([b])) for b in '\U0001f600a'.encode('utf-16')])
print(list(codecs.iterencode(['a', 'é'], 'utf-8')), ''.join(codecs.iterdecode([b'\xc3', b'\xa9'], 'utf-8')))


def handler(e):
    if isinstance(e, UnicodeDecodeError):
        return ('<%s>' % e.object[e.start:e.end].hex(), e.end)
    return ('[%d]' % ord(e.object[e.start]), e.end)


codecs.register_error('mine', handler)
print('a€b'.encode('ascii', 'mine'), b'a\xffb\xfe'.decode('utf-8', 'mine'), b'\x81'.decode('cp1252', 'mine'))
codecs.register_error('bad', lambda e: 5)
for f in (lambda: 'é'.encode('ascii', 'bad'), lambda: codecs.lookup_error('none'), lambda: codecs.register_error('x', 5), lambda: 'a'.encode('hex'), lambda: b'a'.decode('rot13'), lambda: codecs.lookup('a\0b'), lambda: codecs.decode('zz', 'hex')):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(codecs.BOM_UTF8, codecs.BOM_UTF16_LE, b'\xef\xbb\xbfx'.decode('utf-8-sig'), b'\xef\xbb\xbfx'.decode('utf-8') == '\ufeffx', codecs.escape_decode(b'a\\n\\x41')[0])
reader = codecs.getreader('utf-8')
import io
print(list(reader(io.BytesIO('é\n中\n'.encode()))))
b'\x81'.decode('cp1252')
