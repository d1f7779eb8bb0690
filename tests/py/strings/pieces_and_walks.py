# Splitting, stripping, iterating and comparing: short and long pieces, all widths.
def pieces(s):
    out = []
    for sep in (',', ';', 'ab', 'é', '€'):
        out.append(s.split(sep))
        out.append(s.split(sep, 2))
        out.append(s.rsplit(sep, 2))
        out.append(s.rsplit(sep))
        out.append(s.partition(sep))
        out.append(s.rpartition(sep))
    out += [s.split(), s.split(None, 3), s.rsplit(), s.rsplit(None, 3), s.splitlines(), s.splitlines(True)]
    out += [s.strip(), s.strip('a'), s.strip(' ,'), s.lstrip('€'), s.rstrip('\n'), s.strip('')]
    return out


texts = ['', 'a', ',', 'a,b', ',,', ' a  b ', 'one two\tthree\x0bfour\x1cfive\x85six', 'l1\nl2\r\nl3\rl4\x0bl5\x0cl6\x1dl7\x85l8\u2028l9', 'x' * 30 + ',' + 'y' * 30 + ',' + 'z' * 9,
         ','.join(map(str, range(40))), ' '.join('w%d' % i for i in range(40)), 'é,é;ü ü', '€,€ab€ €\n€', 'a' * 70 + 'ab' + 'a' * 70, '\n'.join('line %d of some length' % i for i in range(20)) + '\n']
for t in texts:
    for p in pieces(t):
        print(ascii(p)[:300])


def walk(s):
    out = []
    for i, c in enumerate(s):
        if 'a' <= c <= 'z':
            out.append(c)
        elif c in '0123é':
            out.append(i)
        elif c > 'é' or c == ' ':
            out.append(-i)
    for a, b in zip(s, s[1:]):
        if a < b:
            out.append(a + b)
    it = iter(s)
    for c in it:
        out.append(next(it, None))
    return out


for s in ('hello World 123', 'é1€ä z', '', 'x', 'ab' * 9):
    for _ in range(400):
        w = walk(s)
    print(ascii(w))
words = ['a', 'ab', 'abc', 'abcd', 'abcdefgh', 'abcdefghi', 'abcdefgh' * 4, 'abcdefgh' * 4 + 'x', 'abcdefgh' * 5, 'é', 'éa', '€', '', 'b', '\0', '\0\0', 'a\0']
table = []
for a in words:
    for b in words:
        c = (b + '.')[:-1]
        table.append((a < c, a <= c, a == c, a != c, a > c, a >= c))
        assert (a == c) == (not a != c) and (a < c) == (c > a) == (not a >= c)
print(sum(t[0] for t in table), sum(t[1] for t in table), sum(t[2] for t in table), sorted(words) == sorted(words[::-1]))
from collections import Counter
print(Counter('mississippi'), Counter(['a', 'b', 'a', 1, 1.0, None]), sorted(Counter('é€é')), sorted(set('hello')), ','.join(map(str, [1, 2.5, None, 'x', True])))
c = Counter('aab')
c.update('abc')
c['a'] = 'text' if False else 2**62 - 1
c.update('a')
print(sorted(c.items()))
for codec in ('utf-8', 'utf8', 'ascii', 'latin-1', 'latin1', 'UTF-8', 'iso-8859-1', 'us-ascii', 'utf-16-le'):
    print(codec, 'abc'.encode(codec), b'abcd'.decode(codec))
for f in (lambda: 'é'.encode('ascii'), lambda: b'\xe9'.decode('ascii'), lambda: '€'.encode('latin-1'), lambda: 'a'.encode('nope'), lambda: b'\xff'.decode('utf-8')):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def joins(n):
    def bad():
        yield 'a'
        raise ValueError('stop')

    out = [','.join(str(i) for i in range(n)), '-'.join(map(str, range(n))), ''.join(c for c in 'é€x' * n), ';'.join(x for x in [])]
    for it in (lambda: ','.join(i for i in range(n)), lambda: ''.join(bad()), lambda: ''.join(['x'] * n + [1]), lambda: ''.join(map(len, ['a']))):
        try:
            out.append(it())
        except Exception as e:
            out.append(f'{type(e).__name__} {e}')
    return out


for n in (0, 1, 2, 15, 16, 17, 40):
    for _ in range(60):
        j = joins(n)
    print(ascii(j)[:200], len(str(j)))
for s in ('', 'a', 'abc', 'é1', '€uro', '\U0001f600x'):
    for _ in range(400):
        r = s[::-1], list(s), sorted(set(s)), s[::-2], s[1::-1], [*s][::-1]
    print(ascii(r))
try:
    for _ in range(500):
        assert set() == set([]) and set([1, 2]) == {1, 2}
        set(5 if _ == 499 else ())
except TypeError as e:
    print(e)
