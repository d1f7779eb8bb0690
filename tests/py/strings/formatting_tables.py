"""Tables, trees, boxes and numbers laid out with alignment; widths by code points."""
rows = [('name', 'qty', 'price'), ('apple', 3, 1.5), ('kiwi', 12, 0.25), ('naïve', 1000, 1234.5), ('中文', -5, -0.001), ('\U0001f600', 0, 1e6)]
widths = [max(len(str(r[i])) for r in rows) for i in range(3)]
for n, r in enumerate(rows):
    print(' | '.join(f'{v!s:{"<^>"[i]}{w}}' for i, (v, w) in enumerate(zip(r, widths))))
    if n == 0:
        print('-+-'.join('-' * w for w in widths))
for r in rows[1:]:
    print('%-8s|%6d|%10.2f|%+.1e|%08.3f' % (r[0], r[1], r[2], r[2], r[2]))
    print('{0:*^9}|{1:0>6}|{2:,.3f}|{1:+}|{1:x}|{2:%}'.format(*r))


def tree(node, prefix=''):
    name, children = node
    yield name
    for i, child in enumerate(children):
        last = i == len(children) - 1
        lines = tree(child)
        yield prefix + ('└── ' if last else '├── ') + next(lines)
        for line in lines:
            yield prefix + ('    ' if last else '│   ') + line


for line in tree(('root', [('a', [('a1', []), ('a2', [('deep', [])])]), ('b', []), ('c', [('c1', [])])])):
    print(line)


def box(text):
    lines = text.split('\n')
    w = max(map(len, lines))
    return '\n'.join(['╔' + '═' * (w + 2) + '╗', *(f'║ {l:^{w}} ║' for l in lines), '╚' + '═' * (w + 2) + '╝'])


print(box('hello\nwide world\né'))
for n in 0, 7, 1234567, -1234567, 10 ** 15:
    print(f'{n:,} {n:_} {n:>20,} {n:020,} {n:<+20}| {n:^20}| {n:=+20} {n:#x} {n:#_b}'[:150])
for x in 0.0, 1 / 3, 1e-10, 123456.789, 1e20, -2.5:
    print(f'{x:8.3f}|{x:<12g}|{x:^+14.4e}|{x:012.2f}|{x:,.1f}|{x:.0f}|{x:#.0f}|{x!r:>25}')


def roman(n):
    out = ''
    for v, s in (1000, 'M'), (900, 'CM'), (500, 'D'), (400, 'CD'), (100, 'C'), (90, 'XC'), (50, 'L'), (40, 'XL'), (10, 'X'), (9, 'IX'), (5, 'V'), (4, 'IV'), (1, 'I'):
        while n >= v:
            out += s
            n -= v
    return out


print([f'{n}={roman(n)}' for n in (1, 4, 9, 14, 40, 90, 400, 1994, 2024)])
hexdump = bytes(range(0, 80, 3)) + 'é中'.encode()
for i in range(0, len(hexdump), 16):
    chunk = hexdump[i:i + 16]
    print(f'{i:08x}  {chunk.hex(" "):<47}  |{"".join(chr(b) if 32 <= b < 127 else "." for b in chunk)}|')
for width in 5, 9:
    print('\n'.join(' ' * (width // 2 - abs(width // 2 - i)) + '*' * (abs(width // 2 - i) * 2 + 1) for i in range(width)))
print(f'{"left":<10}|{"right":>10}|{"center":^10}|{"über":é^10}|{"":-^10}|')
print('%-*s|%*s|%.*f' % (8, 'star', 8, 'width', 2, 3.14159))
print('%(a)5d %(b)-8s| %(c)r' % {'a': 42, 'b': 'key', 'c': [1]})
'%d items' % 'many'
