# Every str method on the three kinds of storage, with odd arguments.
def show(f, *args, **kw):
    try:
        r = f(*args, **kw)
        print(ascii(r))
    except Exception as e:
        print(type(e).__name__, ascii(str(e)))

texts = ['', 'a', 'hello world', 'Hello World foo', 'aXbXc', '  pad\t ', 'caf\xe9 \xdf \xb5', '\u0101\u0130\u01c5 \u03a3\u0391\u03a3 ', 'x\U0001f600y\U00010400', 'line1\nline2\r\nline3\x0b\x1c\u2028end', 'a\tb\tccc\td', "it's", '"q"', '\x00\x7f\x80\xad\ud800', '\ufb01nal \u0149']
for t in texts:
    print('==', ascii(t))
    for name in ('capitalize casefold lower upper title swapcase strip lstrip rstrip split rsplit splitlines isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper expandtabs').split():
        show(getattr(t, name))
    print(ascii(repr(t)), len(t), hash(t) == hash(t[:] + ''))
    for sub in ['', 'a', 'l', 'lo', 'X', '\xe9', '\u03a3', '\U0001f600', ' ', 'zzz']:
        print(t.find(sub), t.rfind(sub), t.count(sub), sub in t, t.startswith(sub), t.endswith(sub), ascii(t.replace(sub, '<\u1234>')), ascii(t.replace(sub, 'q', 1)), ascii(t.partition(sub) if sub else 0), ascii(t.rpartition(sub) if sub else 0), ascii(t.split(sub) if sub else 0), ascii(t.rsplit(sub, 1) if sub else 0), ascii(t.removeprefix(sub)), ascii(t.removesuffix(sub)), ascii(t.strip(sub)))
    for i in (-100, -2, 0, 1, 5, 100):
        for j in (-3, 0, 2, None):
            print(ascii(t[i:j]), ascii(t[i:j:2]), ascii(t[j:i:-1]), t.find('a', i, j), t.rfind('', i, j), t.count('', i, j), t.startswith('', i, j))
    for w in (-1, 0, 5, 20, 21):
        print(ascii(t.center(w)), ascii(t.ljust(w, '*')), ascii(t.rjust(w, '\u3000')), ascii(t.zfill(w)))
    show(t.splitlines, True)
    show(t.expandtabs, 4)
    show(t.expandtabs, 0)
    show(t.encode, 'utf-8', 'surrogatepass')
    print(t * 3 == t + t + t, ascii(t * 2), ascii(t * -1))

s = 'abcabc'
for args in ((), (1,), ('a', 'b'), ('a', None, None), ('a', 1, 2, 3), ('a', 1.5)):
    for m in ('find', 'index', 'rindex', 'count', 'startswith', 'endswith'):
        show(getattr(s, m), *args)
show(s.index, 'x'); show(s.rindex, 'x'); show(lambda: s.find(sub='a')); show(s.replace, 'a'); show(s.replace, 1, 'b'); show(s.replace, 'a', 1)
show(s.replace, 'a', 'b', 'c'); show(s.split, ''); show(s.split, 1); show(s.split, None, 1.5); show(s.split, maxsplit=1, sep='b'); show(s.partition, ''); show(s.partition, 1)
show(s.join, 1); show(s.join, ['a', 1]); show(s.join, [1]); show(s.join, []); show('-'.join, ['a']); show('-'.join, 'abc'); show(','.join, ('\xe9', '\u1234', 'x')); show(','.join, (c for c in 'xyz'))
show(s.center, 10, 'ab'); show(s.center, 10, 1); show(s.center, 'x'); show(s.strip, 1); show(s.removeprefix, 1); show(s.zfill, 'x')
show(lambda: s + 1); show(lambda: 1 + s); show(lambda: s * 'a'); show(lambda: s[10]); show(lambda: s['a']); show(lambda: s[1.0]); show(lambda: 1 in s); show(lambda: s < 1); show(lambda: s == 1)
show(s.startswith, ('x', 'a')); show(s.startswith, ('x', 1)); show(s.startswith, ['a']); show(s.endswith, ())
show(str.maketrans, 'ab', 'xy', 'c'); show(str.maketrans, {'a': 1, 98: 'zz', 'c': None}); show(str.maketrans, 'a'); show(str.maketrans, 'a', 'bc'); show(str.maketrans, {'ab': 1}); show(str.maketrans, {1.5: 1}); show(str.maketrans, 1, 'a')
show(s.translate, {97: 'X', 98: None, 99: 0x1234}); show(s.translate, {97: 1.5}); show(s.translate, {97: 0x110000}); show(s.translate, ['x'] * 98); show(s.translate, 5)
show(str); show(str, b'abc', 'ascii'); show(str, b'\xe9', 'latin-1'); show(str, b'\xff', 'utf-8', 'replace'); show(str, 'a', 'utf-8'); show(str, 5, 'utf-8'); show(str, object=5); show(str, b'a', encoding=5); show(str, errors='x'); show(str, 1, 2, 3, 4)
class S(str):
    def __str__(self): return 'S!'
x = S('sub')
print(x, repr(x), type(x.upper()).__name__, type(x[:]).__name__, type(x.strip()).__name__, type(str(x)).__name__, type(x + '').__name__, x.join(['a', 'b']), f'{x}', '%s' % x, x == 'sub', hash(x) == hash('sub'), {x: 1}['sub'], type(x.replace('q', 'z')).__name__, type(x.center(1)).__name__, x.__getnewargs__())
x.attr = 1
print(x.attr, x.__dict__)
it = iter('ab\u1234'); print(next(it), it.__length_hint__(), list(it), list(it)); it = iter('abc'); next(it); print(it.__reduce__()[1:], type(it).__name__, type(iter('\xe9')).__name__)
it.__setstate__(2); print(list(it))
print(sorted(['b', 'a\xe9', 'a\u1234', 'a', 'A', 'aa', '\U0001f600', '\uffff']), 'a' < 'b' <= 'b' > 'a', max('a\xe9', 'a\u1234'))
text = 'ab' * 5000 + 'c'
print(text.find('bc'), text.rfind('ab'), text.count('ab'), text.find('ba' * 3000), text.rfind('ba' * 3000), (text + '\u1234').find('ba' * 4999 + 'bc'), (text + '\U0001f600').rfind('ab' * 4999))
s = ''
for i in range(2000):
    s += chr(97 + i % 26)
t = s
s += '\u1234'
s += 'x'
print(len(s), len(t), ascii(s[-3:]), t[-1])
