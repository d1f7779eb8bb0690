"""Dynamic programming on strings: edit distance, longest common subsequence, alignment."""
import sys


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (x != y)))
        previous = current
    return previous[-1]


def lcs(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a)):
        row, below = table[i], table[i + 1]
        for j in range(len(b)):
            if a[i] == b[j]:
                below[j + 1] = row[j] + 1
            else:
                up, left = row[j + 1], below[j]
                below[j + 1] = up if up > left else left
    out = []
    i, j = len(a), len(b)
    while i and j:
        if a[i - 1] == b[j - 1]:
            out.append(a[i - 1])
            i, j = i - 1, j - 1
        elif table[i - 1][j] >= table[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return ''.join(reversed(out))


def words(n, seed):
    state = seed
    out = []
    for _ in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out.append('acgt'[(state >> 16) & 3])
    return ''.join(out)


size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_900
a, b = words(size, 1), words(size, 2)
d = distance(a, b)
common = lcs(a, b)
it = iter(a)
assert all(c in it for c in common)
assert size - len(common) <= d <= 2 * (size - len(common))
assert distance('kitten', 'sitting') == 3 and lcs('xmjyauz', 'mzjawxu') == 'mjau'
print('levenshtein', size, d, len(common))
