"""Counting, parsing and printing of a small text, line by line."""
TEXT = '''# settings
name = demo
size=10
  debug = yes

path = /usr/local : /usr/bin
bad line
size = 20
'''
settings, problems = {}, []
for number, line in enumerate(TEXT.splitlines(), 1):
    line = line.strip()
    if not line or line.startswith('#'):
        continue
    key, found, value = line.partition('=')
    if not found:
        problems.append((number, line))
        continue
    key, value = key.strip(), value.strip()
    if value.isdigit():
        value = int(value)
    elif value in ('yes', 'no'):
        value = value == 'yes'
    elif ':' in value:
        value = [p.strip() for p in value.split(':')]
    settings[key] = value
print(settings, problems)
for key in sorted(settings):
    print(f'{key:>8} | {settings[key]!r}')
words = TEXT.replace('=', ' ').split()
print(len(words), len(set(words)), max(words, key=len), sorted(set(w.lower() for w in words if w.isalpha()))[:5])
print(TEXT.count('\n'), TEXT.find('size'), TEXT.rfind('size'), TEXT.index('debug'), TEXT[2:10].title(), TEXT.splitlines()[1].split(' = '))
encoded = ''.join(chr((ord(c) - 97 + 13) % 26 + 97) if c.islower() else c for c in 'hello, world')
print(encoded, ''.join(chr((ord(c) - 97 + 13) % 26 + 97) if c.islower() else c for c in encoded))
rle = ''
previous, run = '', 0
for c in 'aaabccdddd' + '\0':
    if c == previous:
        run += 1
    else:
        rle += f'{run}{previous}' if run else ''
        previous, run = c, 1
print(rle)
print('%-10s|%5d|%8.3f' % ('left', 42, 3.14159), '{:^9}|{:+d}|{:e}'.format('mid', 7, 12345.678))
print('\t'.join('abc'), repr('\t\\\''), 'a' 'b', """multi
line""", r'raw\n', len('\n'), 'é'.encode(), b'\xc3\xa9'.decode())
palindromes = [w for w in 'level radar python stats no'.split() if w == w[::-1]]
print(palindromes, [''.join(sorted(w)) for w in ('listen', 'silent')], 'abc'.zfill(6), 'x'.join('123'), 'a-b_c'.translate(str.maketrans('-_', '  ')))
print(int('12') + float('1.5'), str(3) + '4', ord('a'), chr(98), hex(255), bin(5), oct(8), int('ff', 16))
settings['missing']['key']
