"""Building text: concatenation in place, join, formatting, slicing, translation."""
import sys


def run(n):
    rows = []
    text = ''
    for i in range(n):
        text += str(i)
        text += ','
        if i % 500 == 499:
            rows.append(text)
            text = ''
    text = ''.join(rows) + text
    assert text.count(',') == n
    parts = []
    for i in range(n):
        parts.append(f'{i:06d}:{i * i % 97}')
    joined = ';'.join(parts)
    checksum = 0
    for part in joined.split(';'):
        name, _, value = part.partition(':')
        checksum += int(value)
    assert checksum == sum(i * i % 97 for i in range(n))
    table = ''.join('%s=%d;' % (chr(97 + i % 26) * (i % 5 + 1), i) for i in range(n))
    upper = table.upper().replace('A', 'é').lower()
    reverse = upper[::-1]
    vowels = 0
    for c in reverse:
        if c in 'aeioué':
            vowels += 1
    words = joined.replace(':', ' ').replace(';', ' ').split()
    longest = max(words, key=len)
    encoded = upper.encode('utf-8')
    assert encoded.decode('utf-8') == upper
    return len(text), len(joined), vowels, longest, len(encoded)


size = int(sys.argv[1]) if len(sys.argv) > 1 else 650_000
print('string_build', size, *run(size))
