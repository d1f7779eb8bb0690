"""Longest common subsequence diff and patch of lists of lines, with conflicts."""


class Conflict(Exception):
    def __init__(self, line, expected, found):
        super().__init__(line, expected, found)
        self.line = line

    def __str__(self):
        line, expected, found = self.args
        return f'line {line}: expected {expected!r}, found {found!r}'


def diff(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            table[i][j] = table[i + 1][j + 1] + 1 if a[i] == b[j] else max(table[i + 1][j], table[i][j + 1])
    i = j = 0
    while i < len(a) or j < len(b):
        if i < len(a) and j < len(b) and a[i] == b[j]:
            yield ' ', a[i]
            i, j = i + 1, j + 1
        elif j == len(b) or i < len(a) and table[i + 1][j] >= table[i][j + 1]:
            yield '-', a[i]
            i += 1
        else:
            yield '+', b[j]
            j += 1


def patch(a, changes):
    out, it, n = [], iter(a), 0
    for mark, line in changes:
        if mark == '+':
            out.append(line)
            continue
        n += 1
        found = next(it, None)
        if found != line:
            raise Conflict(n, line, found)
        if mark == ' ':
            out.append(line)
    rest = list(it)
    if rest:
        raise Conflict(n + 1, None, rest[0])
    return out


def reverse(changes):
    swap = {'+': '-', '-': '+', ' ': ' '}
    return [(swap[m], l) for m, l in changes]


old = 'the quick brown fox jumps over the lazy dog'.split()
new = 'a quick red fox leaps over the very lazy cat today'.split()
changes = list(diff(old, new))
print(' '.join(f'{m}{w}' if m != ' ' else w for m, w in changes))
assert patch(old, changes) == new and patch(new, reverse(changes)) == old
for a, b in ([], []), ([], ['x']), (['x'], []), (['x'], ['x']), (list('abcabba'), list('cbabac')), (list('aaaa'), list('aa')):
    c = list(diff(a, b))
    assert patch(a, c) == b and patch(b, reverse(c)) == a
    print(''.join(a) or '-', ''.join(b) or '-', ''.join(m for m, _ in c), sum(m == ' ' for m, _ in c))
seed = 3
for _ in range(30):
    words = []
    for _ in range(2):
        seed = (seed * 1103515245 + 12345) & 0x7fffffff
        words.append([chr(97 + (seed >> k) % 4) for k in range(3, 25)])
    c = list(diff(*words))
    assert patch(words[0], c) == words[1]
for broken in old[1:], old + ['extra'], ['A'] + old[1:], []:
    try:
        patch(broken, changes)
    except Conflict as e:
        print(e, e.line, e.args)
hunks = []
for k, (m, w) in enumerate(changes):
    if m != ' ':
        if hunks and hunks[-1][-1][0] == k - 1:
            hunks[-1].append((k, m, w))
        else:
            hunks.append([(k, m, w)])
print(len(hunks), [[m + w for _, m, w in h] for h in hunks])
patch(['completely', 'different'], changes)
