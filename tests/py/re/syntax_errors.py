"""Errors the pattern compiler reports, with their positions."""
import re
import warnings

warnings.simplefilter('ignore')
bad = ['(', ')', '(a', 'a)', '[', '[a', '[]', '[^]', '[z-a]', '[\\d-z]', '[a-\\d]', '*', '+', '?', 'a**', 'a++b' if False else 'a+*', 'a???', 'a{2}{3}', 'a{3,2}', 'a{99999999999}', '{', '{1', 'a{1,', 'a{,}', 'a{x}', '(?', '(?P', '(?P<', '(?P<>a)', '(?P<1>a)', '(?P<a', '(?P<a>', '(?P<a-b>x)', '(?P=a)', '(?P=', '(?P=a', '(?Px)', '(?P<a>x)(?P<a>y)', '(?:', '(?:a', '(?#', '(?#a', '(?=', '(?!', '(?<', '(?<a', '(?<=a*)', '(?<=a|bc)', '(?<!a+)', '(?<x)', '(?i', '(?z)', '(?i-i:a)', '(?-:a)', '(?-i)', '(?i-', '(?au:a)', '(?L:a)', 'a(?i)b', '(?(1)a|b)', '(?(1)a|b|c)(x)', '(x)(?(1)a|b|c)', '(?(', '(?(1', '(?(x)a)', '(?(0)a)', '(?(-1)a)', '(?(99)a)', '\\', 'a\\', '\\1', '(a)\\2', '(\\1)', '\\08' , '\\400', '\\x', '\\x1', '\\xg1', '\\u12', '\\U0011ffff', '\\y', '\\Q', '[\\y]', '\\8', '[\\8]', '(?>a', 'a*+', 'a{1}+', '(?<=(?P=n))', '(?P<n>a)(?<=(?P=n))', '(?P<n>a(?P=n))', '(?<=(a)\\1)', '()' * 5 + '\\7', '(?:a', '(?x: a', '[[:alpha:]', 'x{0,99999999999}', '\n(', 'ab\ncd(', '(?P<é>a)', '(?P<n>.)(?(n)a|b|c)', '\\g<1>', '(?i)(?z)', '(?', '(?P>a)', '[a-', '[a-b-c', '[--', '(?ii', '(?<=a{1,2})']
for pattern in bad:
    try:
        re.compile(pattern)
        print(ascii(pattern), 'compiles')
    except re.error as e:
        print(ascii(pattern), '->', ascii(str(e)), e.pos, e.lineno, e.colno, e.msg == str(e).split(' at position')[0])
    except Exception as e:
        print(ascii(pattern), '->', type(e).__name__, e)
for pattern in [b'\\u1234', b'(?u)a', '(?L)a', b'(?au)', b'(?P<a>x)', b'\xff(']:
    try:
        re.compile(pattern)
        print(pattern, 'compiles')
    except Exception as e:
        print(pattern, type(e).__name__, e)
for flags in re.A | re.U, re.L, re.A | re.L, re.DEBUG & 0, 1 << 20:
    try:
        re.compile('a', flags)
        print(flags, 'fine')
    except Exception as e:
        print(type(e).__name__, e)
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter('always')
    for pattern in '[[a]', '[a--b]', '[a&&b]', '[a||b]', '[a~~b]', 'a(?i)' if False else '[]a]', '(?i)a', '[[]':
        re.compile(pattern)
    print([str(x.message) for x in w])
print(re.error('m', 'pattern', 3), re.error('m', 'a\nbc', 3).lineno, re.error('m').pos)
re.compile('a{2,1}')
