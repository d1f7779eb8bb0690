"""String methods on four-byte text, and lone surrogates."""
s = 'a\U0001f600b\U00010400\U00010428 \U0001d54f中é'
print(s.upper(), s.lower(), s.title(), s.swapcase(), s.capitalize(), len(s))
print(s.find('\U0001f600'), s.find('\U0001f601'), s.rfind('\U00010428'), s.index('é'), s.count('\U0001f600'), s.find('b'), s.find('中é'))
print(s.split(), s.split('\U00010400'), s.partition('\U0001f600'), s.rpartition('z'))
print(s.replace('\U0001f600', ''), s.replace('a', '\U0001f601'), s.replace('', '-'), s.replace('é', 'x'))
print('\U0001f600'.center(5, '\U0001f601'), '\U0001f600'.ljust(3) + '|', '\U0001f600'.rjust(3, '.'), '\U0001f600' * 3)
print(s[1], s[2], s[-1], s[1:4], s[::-1], s[::2], ord(s[1]), chr(0x1f600), chr(0x10ffff) == '\U0010ffff')
print(ascii(s), s.encode('utf-8'), s.encode('utf-16-be'), s.encode('utf-32-le')[:8])
for t in '\U0001d7d8', '\U0001f600', '\U00010400', '\U00010428', '\U00020000', '\U000e0001', '\U0010fffd', '\U0001f1e6', '\U00012400', '\U0001e900', '\U0001e922', '\U00013000', '\U0001f100':
    print(ascii(t), t.isalpha(), t.isdigit(), t.isdecimal(), t.isnumeric(), t.isalnum(), t.islower(), t.isupper(), t.isidentifier(), t.isprintable())
print('\U0001f600' > '\uffff', '\U0001f600' < '\U0001f601', sorted(['\U0001f600', '\uffff', 'z']) == ['z', '\uffff', '\U0001f600'], max(s) == '\U0001f600')
mixed = ['a', 'é', '中', '\U0001f600']
for x in mixed:
    for y in mixed:
        z = x + y
        print(ascii(z), len(z), z[0] == x, z[1] == y, y in z, z.find(y), z.replace(x, 'q') == ('qq' if x == y else 'q' + y), z == x + y, end='; ')
    print()
low = '\udc80\ud800'
print(len(low), ascii(low), low.isprintable(), low.isalpha(), repr(low), low + 'x' == '\udc80\ud800x', low[::-1] == '\ud800\udc80', '\ud83d\ude00' == '\U0001f600')
print(ascii(low.upper()), ascii('x'.join(low)), low.encode('utf-8', 'surrogatepass'), low.encode('utf-8', 'backslashreplace'), '\udc80'.encode('utf-8', 'surrogateescape'))
print(('\U0001f600' + 'abc')[1:] == 'abc', hash(('\U0001f600' + 'abc')[1:]) == hash('abc'), {'abc': 1}[('\U0001f600abc')[1:]], 'abc' is not None)
t = str.maketrans({'\U0001f600': 'smile', 'x': '\U0001f600'})
print('\U0001f600x'.translate(t), '\U0001f600'.isidentifier(), '\U0001d54f' .isidentifier(), 'a\U0001f600'.split('\U0001f600'))
print(low)
