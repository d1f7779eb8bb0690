"""Building, cutting and showing text."""
text = 'The quick brown fox'
print(text.upper(), text.lower(), text.swapcase(), len(text))
print(text.split(), text.replace('quick', 'slow'), text[4:9], text[::-1])
print('-'.join(['a', 'b', 'c']), 'abc' * 3, 'b' in 'abc', 'z' not in 'abc')
print(repr("it's"), repr('say "hi"'), repr('both \' and "'), repr('tab\tnl\n\x00\x7fé€\U0001f600'))
print('%s is %d years and %.2f m' % ('Ann', 30, 1.755), '{:>8}|{:<8}|{:^8}'.format('r', 'l', 'c'))
name, n = 'world', 42
print(f'hello {name!r} {n:05d} {n / 7:.3f} {n=} {"nested " + name}')
print('naïve café'.encode('utf-8'), b'caf\xc3\xa9'.decode(), 'ß'.upper(), 'İ'.lower().encode())
words = {}
for word in 'the cat the dog the end'.split():
    words[word] = words.get(word, 0) + 1
print(words, sorted(words), sorted(words.items(), key=lambda item: (-item[1], item[0])))
print('a,b,,c'.split(','), ' x y '.strip(), 'xxhixx'.strip('x'), 'k=v=w'.partition('='), 'k=v=w'.rpartition('='))
print(ord('€'), chr(8364), 'abc' < 'abd', 'Z' < 'a', '10' < '9')
lines = 'one\ntwo\r\nthree'.splitlines()
print(lines, '\n'.join(lines))
s = ''
for i in range(2000):
    s += chr(97 + i % 26)
print(len(s), s[:30], s.count('abc'), s.find('xyz'), s.rfind('xyz'))
