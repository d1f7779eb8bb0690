# Slices with steps of lists, tuples, bytes and what is like them; loops over iterators of all kinds.
class L(list): pass
class T(tuple): pass
things = [list(range(7)), tuple(range(7)), b'abcdefg', 'abcdefg', [], (), b'', [1], (1,), b'x', L(range(5)), T(range(5)), bytearray(b'abcde'), range(9)]
def cut(x):
    return [x[::2], x[1::2], x[::-1], x[5:1:-2], x[-1:-9:-3], x[::100], x[::-100], x[:3:2], x[10:20:3], x[3:3:2], x[-100:100:3], x[100:-100:-1],
            x[True::2], x[None:None:None], x[2::1]]
for k in range(300):
    r = [cut(x) for x in things]
for row in r: print(row)
def odd(x, a, b, c):
    try:
        return x[a:b:c]
    except Exception as e:
        return type(e).__name__, str(e)
class I:
    def __index__(self): return 2
for k in range(300):
    r = [odd(x, *p) for x in things[:4] for p in [(None, None, 0), (1, 'a', 2), (I(), None, I()), (10**30, None, -1), (None, None, 10**30), (None, None, -2**60), (1.0, 2, 3)]]
print(r)
l = [[1], [2], [3]]
for k in range(300):
    m = l[::2]
m[0].append(9)
print(l, m, [x is y for x, y in zip(l[::-1], reversed(l))])


class Steps:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        self.n -= 1
        if self.n < 0: raise StopIteration('end')
        return self.n
class Fails(Steps):
    def __next__(self):
        if self.n == 1: raise KeyError('fails')
        return super().__next__()
def loops():
    out = []
    for make in (lambda: {3}, lambda: reversed([1, 2]), lambda: Steps(3), lambda: Fails(3), lambda: zip('ab', 'cd'), lambda: enumerate('ab', 5), lambda: map(ord, 'ab'),
                 lambda: filter(None, [0, 1]), lambda: iter([4, 5, 0].pop, 4), lambda: {1: 2}.items(), lambda: b'ab', lambda: map(int, 'ax'), lambda: frozenset([1])):
        try:
            for x in make(): out.append(x)
            else: out.append('else')
        except Exception as e:
            out.append(type(e).__name__)
    return out
for k in range(300):
    r = loops()
print(r)
def made():
    out = []
    for f in (lambda: zip(), lambda: zip('ab'), lambda: zip(5), lambda: enumerate(), lambda: enumerate([1], 'x'), lambda: map(), lambda: map(str), lambda: filter(None),
              lambda: list(map(None, [])), lambda: enumerate('a', 1), lambda: zip('ab', 'c', [1]), lambda: list(zip([1], [2], strict=True))):
        try:
            v = f()
            out.append(v if isinstance(v, list) else list(v))
        except Exception as e:
            out.append((type(e).__name__, str(e)))
    return out
for k in range(300):
    r = made()
print(r)
class Z(zip):
    def __init__(self, *a): self.a = a
for k in range(300):
    z = Z('ab', 'cd')
print(z.a, list(z))
