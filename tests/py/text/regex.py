# re: the matcher, Pattern, Match, scanners.
import re
def show(f, *args, **kw):
    try:
        print(ascii(f(*args, **kw)))
    except Exception as e:
        print(type(e).__name__, ascii(str(e)))

def groups(m):
    return m and (m.span(), m.groups(), m.lastindex, m.lastgroup, m.regs)

cases = [('a*b', 'aaab'), ('(a)(b)?', 'ac'), ('(?P<x>a+)(?P<y>b+)', 'xaabby'), ('(a|ab)(c|bcd)(d*)', 'abcd'), ('(?:a|b)*?c', 'ababc'), ('^abc$', 'abc\n'), (r'\bfoo\b', 'a foo b'), (r'(\w+)\s+\1', 'the the'), ('(?i)HELLO', 'say hello'), ('(?i)\xe9', 'CAF\xc9'), ('(?i)\u0131', 'I'), ('(?i)ss', '\xdf'), ('(?is)a.c', 'A\nC'), ('(?m)^b$', 'a\nb\nc'), ('(?x) a b # c', 'ab'), ('[^a-c]+', 'abcxyz'), (r'[\d\-x]+', '12-x3'), ('(?=ab)a', 'ab'), ('(?!ab)a', 'ac'), ('(?<=a)b', 'ab'), ('(?<!a)b', 'cb'), ('(a)?(?(1)b|c)', 'ab'), ('(a)?(?(1)b|c)', 'c'), ('(?>a+)ab', 'aaab'), ('a++ab', 'aaab'), ('a*+b', 'aab'), ('(?:ab)++c', 'ababc'), ('(?:ab|a)?+b', 'ab'), ('a{2,3}', 'aaaa'), ('a{2,3}?', 'aaaa'), ('(a{1,2}){2}', 'aaa'), ('(?:(a)|b)*', 'abab'), ('((a)|b)*', 'ab'), ('(a*)*', 'b'), ('(a*)+', 'aa'), ('(?:a?)*?y', 'aay'), ('(x*)*?z', 'xxz'), ('[\u0100-\u0200]+', 'a\u0150\u0160b'), ('[\U00010400-\U00010410]', 'x\U00010405'), ('\\Aab\\Z', 'ab'), ('.', '\n'), ('(?s).', '\n'), ('a|b|c|', 'd'), ('', ''), ('(?:)', 'a'), ('(a(b(c)))', 'abc'), (r'(?P<a>x)(?P=a)', 'xx'), ('[a-z]+?\\d', 'abc1'), ('x*', 'aaa'), ('(?a:\\w+)', 'ab\xe9'), ('\\w+', 'ab\xe9\u1234'), ('\\s+', ' \t\xa0\u2003'), ('\\d+', '1\u0663x'), ('[^\\W\\d_]+', '1ab_'), ('((?:aa)*)a', 'aaaaa'), ('(?:(?:x)(?:y)?)+', 'xxyxy'), ('(.*)c(.*)', 'abcde'), ('(?s:.)b', '\nb'), ('(?-i:a)B', 'aB'), ('abcabcabd', 'xabcabcabcabd'), ('(abc|abd)+x', 'abcabdx'), ('\\.{3}', '...'), ('[]a]+', 'a]'), ('[\\]]', ']'), ('a{,2}', 'aaa'), ('a{', 'a{'), ('\\0', '\0'), ('\\x41\\u0042\\U00000043', 'ABC'), ('\\N{DIGIT ONE}', '1')]
for p, t in cases:
    for f in (re.match, re.search, re.fullmatch):
        show(lambda: groups(f(p, t)))
    show(re.findall, p, t + t); show(re.split, p, t + '-' + t); show(re.sub, p, '<>', t + t); show(re.subn, p, lambda m: '[' + m.group() + ']', t, 1)
    show(lambda: [m.span() for m in re.finditer(p, t + t)])
for p in ['(', ')', '[', 'a**', '*a', '(?P<1>a)', '(?P<a>x)(?P<a>y)', '(?P=q)', '\\1', '(?<=a*)b', '(?i', 'a{2,1}', '\\', '[z-a]', '(?P<a', '(?(1)a|b|c)', '(?#x', '\\q', '(?z)', 'a(?i)b', '(?<a)', '\\N{foo}', '\\x1', '(?>a', 'a+++', '(?L)a', '(?u-u:a)']:
    show(re.compile, p)
show(re.compile, b'(?L)a'); show(re.compile, 'a', re.L); show(re.compile, 5); show(re.compile, re.compile('a'), re.I)
p = re.compile('(?P<x>a)(b)?', re.I | re.M)
print(p, p.flags, p.groups, p.groupindex, p.pattern, p == re.compile('(?P<x>a)(b)?', re.I | re.M), p == re.compile('a'), hash(p) == hash(re.compile(p.pattern, p.flags)), re.compile(b'x'), re.compile('a' * 300), re.compile('a', re.A | re.X | re.S | re.DEBUG & 0))
import copy, pickle
print(copy.copy(p) is p, copy.deepcopy(p) is p, pickle.loads(pickle.dumps(p)) == p)
m = p.search('zAb')
print(m, m.group(), m.group(0, 1, 'x', 2), m['x'], m[2], m.groups('d'), m.groupdict(), m.start(), m.end(2), m.span('x'), m.pos, m.endpos, m.string, m.re is p, m.lastindex, m.lastgroup, m.regs, m.expand(r'\1-\g<x>-\2\n'), copy.copy(m) is m)
m = p.match('a')
print(m.groups(), m.groups('-'), m.groupdict('q'), m.group(2), m.start(2), m.span(2), m.expand(r'[\2]'))
for f in (lambda: m.group(5), lambda: m.group('zz'), lambda: m.group(-1), lambda: m['q'], lambda: m.start(9), lambda: m.group(2**70), lambda: m.expand(r'\9'), lambda: m.expand(r'\g<zz>'), lambda: p.match(5), lambda: p.match(b'a'), lambda: re.compile(b'a').match('a'), lambda: p.match(), lambda: p.sub('x', 5), lambda: p.sub(lambda m: 5, 'abc'), lambda: p.sub(b'x', 'abc'), lambda: re.sub(b'a', lambda m: 'x', b'abc'), lambda: p.sub('\\9', 'abc'), lambda: p.sub('\\g<', 'abc'), lambda: p.search('abc', 1), lambda: p.search('xabc', -5, 2), lambda: p.match('xa', 1), lambda: p.fullmatch('xab', 1), lambda: p.findall('ab' * 3, 1, 4), lambda: p.split('xaby', maxsplit=1), lambda: p.sub(r'[\g<1>\2]', 'abac', count=1), lambda: p.subn('', 'xaax'), lambda: type(p)(), lambda: p.flags.__class__, lambda: p.match(string='ab', pos=0).span(), lambda: re.escape('a.b*c\xe9 \n')):
    show(f)
s = p.scanner('aabA')
print([s.match() and 1 for _ in range(4)], s.pattern is p)
s = p.scanner('xaxb')
print(groups(s.search()), s.search())
it = re.finditer('a', 'aXa'); print(next(it), [x.start() for x in it], next(it, 'end'))
print(re.sub('x*', '-', 'abxd'), re.split('x*', 'axbc'), re.findall(r'\b|:', 'a::bc'), re.sub(r'\b', '|', 'a b'), re.split('(x)|(-)', '1x2-3'), re.findall('(a)(b)?', 'aab'), re.sub('(a)|b', r'[\1]', 'ab'))
print(re.sub(b'a', b'\\g<0>!', b'banana'), re.findall(b'[a-n]+', bytearray(b'banana')), re.match(b'.', memoryview(b'xy')), re.split(b'-', b'a-b'), re.sub(b'x', b'y', bytearray(b'axb')), re.sub('z', 'y', 'keep'))
class S(str): pass
t = S('sub text')
print(type(re.sub('q', '', t)).__name__, type(re.match('s', t).group()).__name__, type(re.split('q', t)[0]).__name__, re.search('t', t).string is t)
print(re.search('(?:a|b)*c', 'ab' * 20000 + 'c').end(), re.search('(a*b)*c', 'aab' * 3000 + 'c').end(), re.match('(?:(?:x)+y?)*', 'xxy' * 5000).end(), re.fullmatch('(.|\n)*', 'a\n' * 5000).end(), len(re.findall('a?', 'a' * 3000)), re.match('(?=(a*))', 'a' * 5000).end(1), re.match('((a)|(b))*?$', 'ab' * 4000).end())
print(re.match(r'(?:(?:(?:a)?b)?c)+', 'abcbcc' * 10).end(), re.search('[^\u1234]\u1234', 'aa\u1234').span(), re.search('\U0001f600+', 'x\U0001f600\U0001f600').span(), re.search('\u1234', 'abc'), re.search('abc', 'ab\u1234abc').span())
print(re.compile('(?P<a>.)(?P<b>.)').sub(lambda m: m['b'] + m['a'], 'abcdef'), re.sub('(?P<n>.)', r'\g<n>\g<n>', 'ab'), re.sub('.', r'\\\n\x41' if 0 else r'\\\n', 'a'))
class Sc:
    pass
scanner = re.Scanner([(r'[a-z]+', lambda s, t: t), (r'\d+', lambda s, t: int(t)), (r'\s+', None)])
print(scanner.scan('ab 12 c!'))
