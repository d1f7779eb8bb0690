# Loops over pairs, dicts and what else machine code steps through itself: how they go on, end, and change underneath.
# interpreter: -X jit=auto -X jit-threshold=3
def pairs(it):
    out = []
    for a, b in it:
        out.append((a, b))
    return out


def keys(d):
    return [k for k in d]


def values(d):
    out = []
    for v in d.values():
        out.append(v)
    return out


def items(d):
    out = []
    for k, v in d.items():
        out.append((k, v))
    return out


def zipped(x, y):
    out = []
    for a, b in zip(x, y):
        out.append((a, b))
    return out


def numbered(x, start=0):
    out = []
    for i, a in enumerate(x, start):
        out.append((i, a))
    return out


for _ in range(3):
    print(zipped([1, 2, 3], ['a', 'b']), zipped([1], [2, 3]), zipped((1, 2), 'xy'), zipped([], [1]), zipped(range(3), [7, 8, 9]))
    print(numbered(['a', 'b']), numbered('xy', 5), numbered([1, 2], -3), numbered([1], 2**62 - 1), numbered([1, 2], 2**64), numbered([]))
    print(items({1: 2, 'a': 'b'}), keys({1: 2, 3: 4}), values({1: 2, 3: 4}), items({}), keys({}), values({}))
holes = {i: -i for i in range(10)}
for i in (0, 3, 4, 9):
    del holes[i]
print(items(holes), keys(holes), values(holes))
same = iter([1, 2, 3, 4, 5])
print(zipped(same, same), list(same))
a, b = iter([1, 2, 3]), iter([4])
print(zipped(a, b), list(a), list(b))
print(pairs(zip([1, 2], [3, 4])), pairs({5: 6}.items()), pairs(enumerate([7])), pairs([[1, 2], (3, 4), 'ab']))
try:
    pairs(zip([1, 2], [3], strict=True))
except ValueError as e:
    print(e)


def growing(d):
    try:
        for k, v in d.items():
            d[k + 100] = v
    except RuntimeError as e:
        return str(e)


def growing_keys(d):
    try:
        for k in d:
            d[k + 100] = 1
    except RuntimeError as e:
        return str(e)


def changing(d):
    for k, v in d.items():
        d[k] = v + 1
    return d


def longer(x):
    out = []
    for i, a in enumerate(x):
        if len(x) < 6:
            x.append(a * 2)
        out.append((i, a))
    return out


for _ in range(3):
    print(growing({1: 2}), growing_keys({1: 2}), changing({1: 2, 3: 4}), longer([1, 2]))


# An iterator that somebody holds stays at its end.
def drain(it):
    n = 0
    for _ in it:
        n += 1
    return n


for _ in range(3):
    x = [1, 2]
    it = iter(x)
    print(drain(it), x.append(3), drain(it), drain(iter((1, 2))), drain(iter(range(4))), drain(iter('abc')), drain(iter({1, 2})))
    print(drain(i for i in range(3)), drain(map(int, '12')), drain(reversed([1, 2])), drain({1: 2}.keys()))


# Several loops in one call, each over another kind: what is known grows as they run.
def phases(n):
    total = 0
    for i in range(n):
        total += i
    for c in 'ab' * n:
        total += ord(c)
    for k in {i: i for i in range(n)}:
        total += k
    for x, y in zip([1] * n, [2] * n):
        total += x * y
    for x in (j for j in range(n)):
        total += x
    for x in {1, 2}:
        total += x
    for x in (1, 2.5):
        total += int(x)
    for x in b'ab':
        total += x
    return total


print(phases(10), phases(3000), phases(0))


# What the loop variables held goes when they are set anew, in order.
class Noisy:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        log.append(self.n)


log = []


def noisy():
    for i, x in enumerate([Noisy(1), Noisy(2)]):
        log.append('i%d' % i)
    x = None
    for p, q in zip([Noisy(3), Noisy(4)], [Noisy(5), Noisy(6)]):
        log.append('p')


for _ in range(2):
    noisy()
print(log)


# Slices that are taken at once.
def parts(x, i, j):
    return x[:i] + x[i + 1:], x[i:j], x[i:], x[:], x[-i:j], x[i:j:1], x[::2]


for _ in range(3):
    print(parts([1, 2, 3, 4], 1, 3), parts('abcd', 2, 9), parts((1, 2, 3), 0, 1), parts(b'abc', 1, 2))
try:
    parts(5, 1, 2)
except TypeError as e:
    print(e)


class Sliced:
    def __getitem__(self, s):
        return [s]


print(parts(Sliced(), 1, 2)[1:])


# Octets.
def octets(b, i):
    try:
        return b[i]
    except (IndexError, TypeError) as e:
        return str(e)


def put(b, i, v):
    try:
        b[i] = v
    except (IndexError, TypeError, ValueError) as e:
        return str(e)
    return bytes(b)


for _ in range(3):
    print([octets(b'\x00\xff\x80', i) for i in (0, 1, 2, -1, -3, 3, -4, True, 'x', 2**70)])
for _ in range(3):
    print([octets(bytearray(b'\x00\xff\x80'), i) for i in (0, 1, 2, -1, -3, 3, -4, True, 1.0, slice(1))])
for _ in range(3):
    print([put(bytearray(b'abc'), i, v) for i, v in ((0, 1), (-1, 255), (2, 256), (1, -1), (3, 1), (-4, 1), (0, 'a'), (0, True), (0, 2**70))])
print(put([1], 0, 2 ** 3), put({}, 0, 1))
