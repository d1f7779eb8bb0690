"""re: matching functions, groups, flags, match objects."""
import re


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


m = re.match(r'(?P<first>\w+) (?P<second>\w+)( \w+)?', 'hello brave world')
print(m, m.group(), m.group(0, 1, 2), m.groups(), m.groupdict(), m['first'], m[2], m.start(), m.end('second'), m.span(2), m.pos, m.endpos, m.lastindex, m.lastgroup, m.string, m.re.pattern, m.expand(r'\2-\g<first>-\g<1>'), m.regs)
m = re.match(r'(a)|(b)', 'b')
print(m.groups(), m.groups('none'), m.group(1), m.span(1), m.lastindex, m.start(1))
for f in (lambda: m.group(5), lambda: m.group('x'), lambda: m[3], lambda: m.start('nope'), lambda: m.group(1, 9), lambda: m.group(1 << 70), lambda: m.expand(r'\9'), lambda: m.expand(r'\g<zz>'), lambda: m.group(None), lambda: m.foo, lambda: re.match('a', 5), lambda: re.match('a', b'a'), lambda: re.match(b'a', 'a'), lambda: re.match(5, 'a'), lambda: re.compile('a', 'x'), lambda: re.compile(re.compile('a'), re.I), lambda: re.sub('a', 5, 'a'), lambda: re.sub('a', b'x', 'a'), lambda: re.sub('a', lambda m: 5, 'a'), lambda: re.sub('(a)', r'\2', 'a'), lambda: re.sub('a', r'\x', 'a'), lambda: re.sub('a', r'\g<1', 'a'), lambda: re.sub('a', r'\g<>', 'a'), lambda: re.sub('a', r'\g<1a>', 'a'), lambda: re.sub('a', '\\', 'a'), lambda: re.split('a', 5), lambda: re.findall('a')):
    show(f)
print(re.search('b+', 'aabbb').span(), re.fullmatch('a+', 'aaa') is not None, re.fullmatch('a+', 'aab'), re.match('b', 'ab'), re.search('^b', 'a\nb', re.M).start(), re.findall('a(b)?', 'abaab'), re.findall('(a)(b)', 'abab'), re.findall('a', 'banana'), re.findall('', 'ab'), [m.span() for m in re.finditer('a*', 'baac')])
print(re.split(',', 'a,b,,c'), re.split('(,)', 'a,b'), re.split(',', 'a,b,c', 1), re.split('', 'abc'), re.split('x*', 'axbc'), re.split('(x)?', 'axb'), re.split(r'\b', 'a bc'), re.split(',', ''))
print(re.sub('a', 'b', 'banana'), re.sub('a', 'b', 'banana', 2), re.subn('a', 'b', 'banana'), re.sub('(?P<x>.)', r'[\g<x>\1\g<0>]', 'ab'), re.sub('', '-', 'ab'), re.sub('x*', '-', 'abxc'), re.sub('a', lambda m: m[0].upper() * 2, 'cat'), re.sub(r'(\w)(\d)?', r'\2\1', 'a1b'), re.sub('a', r'\n\t\\', 'a'), re.sub('a', '\\g<0>\x00', 'a'), re.sub(b'a', b'\\0', b'a'))
print(re.escape('a.b*c[d] e-f_g\n é'), re.escape(b'a.b\xff'), re.purge(), re.compile('x', re.I | re.M), re.compile('é', re.A), repr(re.compile(b'a' * 300))[:40], re.compile('(?i)a').flags == (re.I | re.U), re.compile('a').groups, re.compile('(?P<n>a)(b)').groupindex, re.compile('a') == re.compile('a'), hash(re.compile('a')) == hash(re.compile('a')))
p = re.compile(r'\d+')
print(p.search('a12b34', 3).group(), p.match('12', 1).group(), p.findall('1 2 3', 2), p.fullmatch('a12', 1).group(), p.search('12', 0, 1).group(), p.search('abc', 10), p.sub('#', 'a1b22'), p.split('a1b2c'), p.scanner('1 2').search().group(), p.match('1', -5).span(), p.search('a1', 1, -1))
for flags, pattern, text in [(re.I, 'ÀB', 'àb'), (re.I, 'ſ', 'S'), (re.I, 'K', '\u212a'), (re.I | re.A, 'À', 'à'), (re.I, '[a-z]+', 'ABC'), (re.I, '[^a]', 'A'), (re.S, 'a.b', 'a\nb'), (0, 'a.b', 'a\nb'), (re.X, 'a b # comment\n c', 'abc'), (re.X, r'a\ b[ ]', 'a b '), (re.M, '^b$', 'a\nb\nc'), (re.A, r'\w+', 'é'), (0, r'\w+', 'é'), (re.A, r'\d', '٣'), (0, r'\d', '٣'), (0, r'\s', '\u2003'), (re.A, r'\s', '\u2003'), (0, r'\bé\b', 'a é b'), (0, '(?i:A)b', 'ab'), (0, '(?i:A)b', 'aB'), (re.I, '(?-i:a)b', 'aB'), (0, '(?a:\\w)', 'é'), (0, '(?s:.)', '\n'), (re.L, b'a', b'a') if False else (0, b'\\w', b'\xe9')]:
    m = re.search(pattern, text, flags)
    print(repr(pattern), repr(text), flags, m and m.span())
print(re.I, re.I | re.M, re.RegexFlag(0), repr(re.A | re.X), re.NOFLAG, re.template if False else '', copy_ok := __import__('copy').copy(p) is p, __import__('copy').deepcopy(m) is m)
re.compile('(')
