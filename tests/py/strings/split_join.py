"""split, rsplit, splitlines, join and partition in every width, with every kind of separator."""
texts = ['', ' ', 'a', ' a ', 'a b', '  a  b  ', 'a,b', ',a,,b,', 'é,ü', '中,文', '\U0001f600,\U0001f601', 'aXXbXXc', 'XX', 'XXX', '\t\n a \x0b\x0c\r b\x1c\x1d\x1e\x1f\x85\xa0c\u2000d\u3000']
for t in texts:
    print(ascii(t), ascii(t.split()), ascii(t.rsplit()), ascii(t.split(' ')), ascii(t.split(',')), ascii(t.split('XX')), ascii(t.rsplit('XX', 1)), ascii(t.split(None, 1)), ascii(t.rsplit(None, 1)), ascii(t.split(',', 1)), ascii(t.split(',', 0)), ascii(t.split(None, 0)), ascii(t.split(',', -5)))
    print('   ', ascii(t.partition(',')), ascii(t.rpartition(',')), ascii(t.partition('XX')), ascii(t.splitlines()), ascii(t.splitlines(True)), ascii(t.strip()), ascii(t.lstrip()), ascii(t.rstrip()))
lines = 'a\nb\r\nc\rd\x0be\x0cf\x1cg\x1dh\x1ei\x85j\u2028k\u2029l\n\nm'
print(ascii(lines.splitlines()), ascii(lines.splitlines(keepends=True)), 'a\r'.splitlines(), '\r\n'.splitlines(True), '\n\r'.splitlines(), b'a\x85b\x0bc\n'.splitlines())
for sep in '', ',', 'é', '中', '\U0001f600', ', ':
    for items in [], ['a'], ['a', 'b'], ['', ''], ['é', 'x'], ['中', '\U0001f600'], ('t', 'u'), iter('xyz'), {'k': 1}, (c for c in 'gen'):
        print(ascii(sep.join(items)), end=' ')
    print()
print('-'.join('abc'), '-'.join(map(str, range(5))), ''.join(['a'] * 10), ','.join(['x' * 3] * 3), 'ab'.join(['1']), type(''.join([type('S', (str,), {})('q')])).__name__)
x = ['one']
print(''.join(x) is x[0], ''.join(('only',)))


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


for f in (lambda: ''.join([1]), lambda: ''.join(['a', None]), lambda: ','.join(['a', b'b', 'c']), lambda: ''.join(5), lambda: ''.join(), lambda: ''.join([], []), lambda: 'a'.split(''), lambda: 'a'.rsplit(''), lambda: 'a'.split(5), lambda: 'a'.split(b','), lambda: 'a'.split(',', 'x'), lambda: 'a'.split(',', 1.5), lambda: 'a b'.split(maxsplit=1), lambda: 'a,b'.split(sep=',', maxsplit=0), lambda: 'a'.split(sep=None), lambda: 'a'.partition(''), lambda: 'a'.partition(), lambda: 'a'.rpartition(5), lambda: 'a'.splitlines(1, 2), lambda: 'a'.splitlines('yes'), lambda: 'a'.splitlines(keepends=0), lambda: ''.join(x for x in [1]), lambda: ''.join({1: 2}), lambda: 'a'.split(',', 2 ** 70), lambda: 'a'.strip(5), lambda: 'a'.strip(None), lambda: 'xax'.strip('x'), lambda: 'a'.lstrip('a', 'b')):
    show(f)


class Mutating(list):
    def __iter__(self):
        yield 'a'
        self.clear()
        yield 'b'


print(''.join(Mutating(['z'])), 'seq'.join(type('Q', (), {'__getitem__': lambda self, i: 'xyz'[i]})()))
big = ','.join(str(i) for i in range(20000))
parts = big.split(',')
print(len(big), len(parts), ','.join(parts) == big, ','.join(big.rsplit(',', 3)[-3:]), len(big.split('1')), big.count('99'))
'a'.join(['b', 3.5])
