"""bytes: construction, methods, operators, errors."""


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


b = b'Hello, World! \x00\xff\n'
print(b, list(b[:3]), b[0], b[-1], b[1:5], b[::-2], len(b), b + b'x', b'ab' * 3, b'lo' in b, 72 in b, 300 in [1], hash(b) == hash(bytes(b)))
print(b.upper(), b.lower(), b.title(), b.swapcase(), b.capitalize(), b.find(b'o'), b.rfind(b'o'), b.index(b'W'), b.count(b'l'), b.find(111), b.count(b''), b.find(b'', 99))
print(b.split(), b.split(b'o'), b.rsplit(b'o', 1), b.partition(b','), b.rpartition(b'zz'), b.replace(b'l', b'LL'), b.replace(b'', b'-', 3), b.startswith(b'Hell'), b.endswith((b'x', b'\n')), b.strip(), b.strip(b'H\n'), b.lstrip(b'eH'), b.rstrip())
print(b'-'.join([b'a', bytearray(b'b'), memoryview(b'c')]), b'a'.center(5, b'*'), b'a'.ljust(3), b'a'.rjust(3, b'0'), b'-5'.zfill(4), b'a\tb'.expandtabs(4), b'a\nb\r\nc\rd\x0be'.splitlines(), b'abc'.translate(bytes(range(1, 256)) + b'\0'), b'abc'.translate(None, b'b'), bytes.maketrans(b'ab', b'xy')[97:99], b'prefix-x'.removeprefix(b'prefix-'), b'x.py'.removesuffix(b'.py'))
for t in b'abc', b'ABC', b'123', b'a1', b'', b' \t', b'\xe9', b'Title Case', b'\x7f':
    print(t, t.isalpha(), t.isdigit(), t.isalnum(), t.isspace(), t.islower(), t.isupper(), t.istitle(), t.isascii())
print(b'\xde\xad'.hex(), b'\xde\xad\xbe\xef'.hex(':'), b'\xde\xad\xbe\xef\0'.hex('-', 2), b'\xde\xad\xbe'.hex('_', -2), bytes.fromhex('de AD be\nef'), bytes.fromhex(''), bytes(5), bytes([1, 2, 255]), bytes(range(3)), bytes(b'x'), bytes('é', 'utf-8'), bytes('é', 'ascii', 'replace'), bytes(), bytes(True))
print(b'a' < b'b', b'a' == 'a', b'a' == bytearray(b'a'), b'a' < bytearray(b'b'), b'abc' == memoryview(b'abc'), b'' == b'', b'a' != 'a', sorted([b'b', b'a', b'ab']), max(b'abc'), {b'k': 1}[b'k'], b'%d-%s-%r-%a' % (5, b'x', 'q', 'é'), b'%c%c' % (65, b'B'), b'%x %05.1f %%' % (255, 1.25))


class HasBytes:
    def __bytes__(self):
        return b'from __bytes__'


class BadBytes:
    def __bytes__(self):
        return 'text'


class Index:
    def __index__(self):
        return 3


show(lambda: bytes(HasBytes()))
show(lambda: bytes(BadBytes()))
show(lambda: bytes(Index()))
show(lambda: b'%b' % HasBytes())
for f in (lambda: bytes('a'), lambda: bytes(-1), lambda: bytes([256]), lambda: bytes([-1]), lambda: bytes(['a']), lambda: bytes(1.5), lambda: bytes(None), lambda: bytes(5, 'ascii'), lambda: bytes('a', 'nope'), lambda: bytes('é', 'ascii'), lambda: bytes(b'a', 'ascii'), lambda: bytes(1 << 70), lambda: bytes({'a': 1}), lambda: b'a' + 'b', lambda: b'a' * 'b', lambda: b'a' + [1], lambda: b'a' < 'b', lambda: b'a'[5], lambda: b'a'['x'], lambda: 'a' in b'a', lambda: 300 in b'a', lambda: -1 in b'a', lambda: b'a'.join(['x']), lambda: b''.join([b'a', 5]), lambda: b''.join(5), lambda: b'a'.split(''), lambda: b'a'.split(b''), lambda: b'a'.find('a'), lambda: b'a'.find(256), lambda: b'a'.index(b'z'), lambda: b'a'.replace('a', 'b'), lambda: b'a'.startswith('a'), lambda: b'a'.startswith(['a']), lambda: b'a'.center(5, b'xx'), lambda: b'a'.ljust(5, 'x'), lambda: b'a'.translate(b'short'), lambda: b'a'.translate(5), lambda: bytes.maketrans(b'a', b'bc'), lambda: bytes.fromhex('0'), lambda: bytes.fromhex('0g'), lambda: bytes.fromhex('0 0'), lambda: bytes.fromhex(5), lambda: b'a'.hex('ab'), lambda: b'a'.hex('é'), lambda: b'a'.hex(5), lambda: b'a'.decode('nope'), lambda: b'\xff'.decode(), lambda: b'a'.decode(5), lambda: b'%d' % 'a', lambda: b'%s' % 'a', lambda: b'%c' % 256, lambda: b'%c' % 'a', lambda: b'%z' % 1, lambda: b'%d %d' % 1, lambda: b'x' % 1, lambda: b'%(a)s' % {'a': 1}, lambda: b'%(a)d' % {b'a': 1}, lambda: b'a'.strip(5), lambda: b'a'.zfill('x'), lambda: hash(bytearray())):
    show(f)
b[0] = 1
