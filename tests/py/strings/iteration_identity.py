"""Interning, concatenation in place, iteration while growing, and other corners."""
import sys

s = 'x'
t = s
s += 'y'
print(s, t)
parts = ''
for i in range(3000):
    parts += str(i)
    if i % 1000 == 0:
        keep = parts
print(len(parts), len(keep), parts.startswith(keep), parts[-8:])


def grow(n, unit):
    r = ''
    for _ in range(n):
        r = r + unit
    return r


for unit in 'a', 'é', '中', '\U0001f600', 'ab':
    r = grow(500, unit)
    print(len(r), r == unit * 500, r.count(unit))
a = 'a' * 10
b = a
a += 'é'
a += '中'
a += '\U0001f600'
print(a, b, len(a))
print(sys.intern('hello world') is sys.intern('hello ' + 'world'), 'abc'[0:3] is not None, ''.join(['ab', 'c']) == 'abc')
try:
    sys.intern(5)
except TypeError as e:
    print(e)


class T(str):
    pass


try:
    sys.intern(T('x'))
except TypeError as e:
    print(e)
it = iter('abc')
print(next(it), list(it), next(it, 'end'), iter('x').__length_hint__(), type(iter('中')).__name__, type(iter('a')).__name__)
print(list('aé中\U0001f600'), [c for c in 'x\0y'], tuple('ab'), {*'hello'} == set('hello'), dict.fromkeys('ab'), *'xyz')
for i, c in enumerate('añ中'):
    print(i, c, end=' ')
print()
a, b, c = 'xyz'
print(a, b, c, 'abc'.__contains__('b'), 'abc'.__getitem__(1), 'abc'.__mul__(2), 'a'.__lt__('b'), 'a'.__lt__(1), 'abc'.__iter__().__next__())
print('a\0b' == 'a\0c', len('a\0b'), 'a\0b'.split('\0'), repr('\0\1\x1f\x7f\x80\xa0\xad\u2028'), '\x41\u0042\U00000043\103\N{LATIN SMALL LETTER D}')
print(str(b'abc'), str(b'abc', 'ascii'), str(b'\xe9', 'latin-1'), str(object=5), str(), str(None), str(Exception('e')))
for op in '<', '<=', '==', '!=', '>', '>=':
    print(op, [eval(f'x {op} y') for x in ('', 'a', 'é', 'ab') for y in ('', 'a', 'é', 'ab')])
it.__setstate__('x')
