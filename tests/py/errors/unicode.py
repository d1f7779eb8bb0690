"""UnicodeEncodeError, UnicodeDecodeError and UnicodeTranslateError: texts and attributes."""


def show(f):
    try:
        print('ok', ascii(f()))
    except UnicodeError as e:
        print(type(e).__name__, '|', ascii(str(e)), '|', getattr(e, 'encoding', None), getattr(e, 'start', None), getattr(e, 'end', None), ascii(getattr(e, 'reason', None)))
    except Exception as e:
        print(type(e).__name__, '|', ascii(str(e)))


show(lambda: 'é'.encode('ascii'))
show(lambda: 'aéb€c'.encode('ascii'))
show(lambda: 'éé'.encode('ascii'))
show(lambda: '€'.encode('latin-1'))
show(lambda: '\U0001f600x'.encode('latin-1'))
show(lambda: '\ud800'.encode('utf-8'))
show(lambda: 'ab\udc80\udc81'.encode('utf-8'))
show(lambda: '\ud800'.encode('utf-16'))
show(lambda: '\ud800'.encode('utf-32'))
show(lambda: b'\xff'.decode('ascii'))
show(lambda: b'abc\x80'.decode('utf-8'))
show(lambda: b'\xc3'.decode('utf-8'))
show(lambda: b'\xe2\x82'.decode('utf-8'))
show(lambda: b'\xc3(' .decode('utf-8'))
show(lambda: b'\xed\xa0\x80'.decode('utf-8'))
show(lambda: b'\xf4\x90\x80\x80'.decode('utf-8'))
show(lambda: b'\xf0\x9f\x98'.decode('utf-8'))
show(lambda: b'a'.decode('utf-16'))
show(lambda: b'\x00\xd8'.decode('utf-16-le'))
show(lambda: b'\x00\xd8\x00\x00'.decode('utf-16-le'))
show(lambda: b'abc'.decode('utf-32'))
show(lambda: b'\xff\xff\xff\x7f'.decode('utf-32-le'))
show(lambda: b'\\x4'.decode('unicode_escape'))
show(lambda: b'\\N{nope}'.decode('unicode_escape'))
show(lambda: b'\\U00110000'.decode('unicode_escape'))
show(lambda: b'\\'.decode('unicode_escape'))
show(lambda: b'\\u12'.decode('raw_unicode_escape'))
for errors in 'ignore', 'replace', 'backslashreplace', 'xmlcharrefreplace', 'namereplace', 'surrogateescape', 'surrogatepass', 'strict', 'nope':
    show(lambda: 'a€\udc80z'.encode('ascii', errors))
    show(lambda: b'a\xffz'.decode('utf-8', errors))
show(lambda: UnicodeDecodeError('utf-8', b'abc', 1, 2, 'why').__str__())
show(lambda: UnicodeEncodeError('ascii', 'abc', 1, 3, 'why').__str__())
show(lambda: UnicodeTranslateError('abc\u20ac', 1, 2, 'why').__str__())
show(lambda: UnicodeTranslateError('abc\u20ac\U00012345', 3, 4, 'why').__str__())
show(lambda: UnicodeTranslateError('abc\u20ac\U00012345', 4, 5, 'why').__str__())
show(lambda: UnicodeDecodeError('utf-8', 'abc', 1, 2, 'why'))
show(lambda: UnicodeDecodeError('utf-8'))
show(lambda: UnicodeEncodeError(1, 2, 3, 4, 5))
e = UnicodeDecodeError('x', b'abc', 0, 1, 'r')
e.reason = 'changed'
e.start = 2
e.end = 3
print(e, e.args, e.object)
'naïve'.encode('ascii')
