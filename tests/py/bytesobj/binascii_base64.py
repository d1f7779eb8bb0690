"""binascii and base64: values, round trips, errors."""
import base64
import binascii


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


data = bytes(range(0, 256, 5))
for name in 'hexlify', 'b2a_hex', 'b2a_base64', 'b2a_qp':
    print(name, getattr(binascii, name)(data[:30]))
print(binascii.b2a_uu(data[:45]), binascii.a2b_uu(binascii.b2a_uu(b'hello world')), binascii.b2a_uu(b''), binascii.b2a_uu(b'ab', backtick=True))
print(binascii.hexlify(b'\x01\xab', ':'), binascii.unhexlify('01AbCd'), binascii.crc32(b'hello'), binascii.crc32(b'lo', binascii.crc32(b'hel')), binascii.crc_hqx(b'hello', 0), binascii.b2a_base64(b'x', newline=False), binascii.crc32(b''))
for text in b'aGVsbG8=', b'aGVsbG8', b'aGVs bG8=', b'aGVsbG8==', b'a', b'aG', b'aGV', b'=', b'====', b'aGVsbG8=aGk=', b'!@#$', b'', 'aGk=', b'aGk=\n', b'\xff\xfe':
    show(lambda: binascii.a2b_base64(text))
    show(lambda: binascii.a2b_base64(text, strict_mode=True))
for f in (lambda: binascii.unhexlify('abc'), lambda: binascii.unhexlify('zz'), lambda: binascii.unhexlify(5), lambda: binascii.unhexlify('é'), lambda: binascii.hexlify('text'), lambda: binascii.crc32('text'), lambda: binascii.b2a_uu(b'x' * 46), lambda: binascii.a2b_uu(b' '), lambda: binascii.a2b_uu(b'!'), lambda: binascii.a2b_uu(b'\x7f'), lambda: binascii.a2b_qp(b'a=41=\nb=C3'), lambda: binascii.a2b_qp('a_b', header=True), lambda: binascii.b2a_qp(b'a b\tc\n = \xff', quotetabs=True), lambda: binascii.b2a_qp(b'a b', header=True), lambda: binascii.b2a_qp(b'x' * 80), lambda: binascii.hexlify(b'ab', 'xx'), lambda: binascii.Error.__mro__[1].__name__, lambda: binascii.Incomplete.__mro__[1].__name__):
    show(f)
for raw in b'', b'a', b'ab', b'abc', b'\xff\xfe\xfd\xfc', data:
    for enc, dec in (base64.b64encode, base64.b64decode), (base64.urlsafe_b64encode, base64.urlsafe_b64decode), (base64.b32encode, base64.b32decode), (base64.b16encode, base64.b16decode), (base64.a85encode, base64.a85decode), (base64.b85encode, base64.b85decode), (base64.b32hexencode, base64.b32hexdecode), (base64.encodebytes, base64.decodebytes):
        coded = enc(raw)
        assert dec(coded) == raw
        if len(raw) == 4:
            print(enc.__name__, coded)
for f in (lambda: base64.b64decode('abc'), lambda: base64.b64decode('ab!c', validate=True), lambda: base64.b64encode('text'), lambda: base64.b32decode('abc'), lambda: base64.b32decode('MFRGG==='), lambda: base64.b32decode('mfrgg===', casefold=True), lambda: base64.b16decode('ab'), lambda: base64.b16decode('AB'), lambda: base64.b85decode('~~~~~'), lambda: base64.a85decode('z~'), lambda: base64.b64decode(b'-_-_', altchars=b'-_'), lambda: base64.standard_b64decode('é'), lambda: base64.decodebytes('x')):
    show(f)
assert binascii.unhexlify(binascii.hexlify(data)) == data and binascii.a2b_qp(binascii.b2a_qp(data)) == data
base64.b64decode('a')
