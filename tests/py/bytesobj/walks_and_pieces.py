# Iterating, slicing and splitting bytes, and taking fresh lists and tuples apart.
def walk(b):
    total = 0
    for c in b:
        total = total * 31 + c & 0xFFFFFF
    return total


class Sub(bytes):
    pass


data = bytes(range(256)) * 2
for b in (b'', b'a', b'hello', data, bytearray(b'array'), Sub(b'sub'), memoryview(b'view')):
    for _ in range(300):
        w = walk(b)
    print(type(b).__name__, w)


def slices(b):
    return [b[1:3], b[:], b[:-1], b[-3:], b[5:2], b[0:0], b[:100], b[-100:2], b[2:3]]


for b in (b'', b'a', b'hello', bytearray(b'array'), Sub(b'sub')):
    for _ in range(300):
        r = slices(b)
    print(r, b[:] is b)
print(b'a,b,,c'.split(b','), b'a'.split(b','), b''.split(b','), b'a,b,c'.split(b',', 1), bytearray(b'x,y').split(b','), b'x,y'.split(bytearray(b',')), Sub(b'q').split(b','), type(Sub(b'q').split(b',')[0]).__name__, b'a--b'.split(b'--'))
for bad in (lambda: b'a'.split(b''), lambda: b'a'.split('a'), lambda: b'a'.split(5)):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)


class Noisy:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        print('del', self.n)


def fresh(n):
    a, b = [Noisy(n), Noisy(n + 1)]
    a, b = (b, a) if n % 2 else [b, a]
    c = d = None
    c, _, d = 'key=value'.partition('=')
    k, v = c.split('e')
    return a.n, b.n, c, d, k, v


def pairs():
    kept = [[1, 2], [3, 4]]
    out = []
    for item in kept:
        x, y = item
        out.append((x, y))
    t = (5, 6)
    x, y = t
    return out, kept, t, x, y


for i in range(2):
    print(fresh(i * 10 + i))
for _ in range(600):
    p = pairs()
print(p)
