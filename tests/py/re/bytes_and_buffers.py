"""re over bytes, bytearray, memoryview, array; subclass of str; huge offsets; pattern identity and cache."""
import array
import copy
import re


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


p = re.compile(rb'(\w+)=(\d+)')
for data in b'a=1 b=22', bytearray(b'a=1 b=22'), memoryview(b'a=1 b=22'), array.array('b', b'a=1 b=22'):
    m = p.search(data)
    print(type(data).__name__, m.group(), m.group(1), m.span(2), type(m.group()).__name__, p.findall(data), p.split(data), [x.start() for x in p.finditer(data)], m.string is data)
print(re.search(b'[\x80-\xff]+', b'a\xe9\xffz').group(), re.findall(b'(?i)ABC', b'abcABC'), re.search(rb'\xe9', b'\xe9').span(), re.findall(rb'\w', b'a\xe9_'), re.escape(b'a+b'), re.sub(b'x', lambda m: m[0].upper(), b'axb'))


class S(str):
    pass


s = S('abc 123')
m = re.search(r'\d+', s)
print(type(m.group()).__name__, m.string is s, type(re.sub('zzz', 'y', s)).__name__, type(re.sub('a', 'y', s)).__name__, type(re.split(' ', s)[0]).__name__, re.match(S('abc'), s).group())
show(lambda: p.search('text'))
show(lambda: re.search('a', b'a'))
show(lambda: p.search(5))
show(lambda: p.sub('x', b'a=1'))
show(lambda: p.sub(b'x', 'a=1'))
show(lambda: p.search())
show(lambda: p.search(b'a', 'x'))
show(lambda: p.search(b'a=1', 1 << 80))
show(lambda: p.search(b'a=1', -1 << 80).span())
show(lambda: p.search(string=b'a=1', pos=0, endpos=3).span())
show(lambda: p.match(b'a=1', pos=9))
show(lambda: p.findall(b'a=1', 0, 2))
show(lambda: p.sub(b'x', b'a=1 b=2', count=1))
show(lambda: p.subn(repl=b'x', string=b'a=1'))
show(lambda: setattr(p, 'pattern', 1))
show(lambda: p.nope)
show(lambda: type(p)())
show(lambda: type(m)())
show(lambda: p < p)
print(p == re.compile(rb'(\w+)=(\d+)'), p != re.compile(r'(\w+)=(\d+)'), re.compile('a', re.I) == re.compile('a'), re.compile('a') is re.compile('a'), re.compile(p) is p, copy.deepcopy(p) is p, {p: 1}[p], type(p).__name__, type(m).__name__, isinstance(p, re.Pattern), isinstance(m, re.Match), re.Pattern[str], p.__class_getitem__(int))
data = bytearray(b'abcabc')
m = re.search(b'b', data)
data[1] = 88
print(m.group(), m.span())
data.clear()
show(lambda: m.group())
it = re.finditer('a', 'aXaXa')
print(next(it).start(), next(it).start(), list(it), list(it))
sc = re.compile('a|(b)').scanner('abcab')
while m := sc.match():
    print(m.group(), m.lastindex, end=' ')
print(sc.search(), sc.pattern.pattern)
print(repr(re.search('x' * 60, 'x' * 60)), re.match('é', 'é'), re.compile('\n"\''), re.compile('a', re.X | re.S | re.A))
words = re.compile(r'\w+').findall('é中\U0001f600 α_β १२')
print(words, re.findall(r'[\U00010000-\U0010ffff]', 'a\U0001f600'), re.search('中', 'a' * 1000 + '中').start(), re.search('\ud800', 'a\ud800').start())
re.compile('a').fullmatch(b'a')
