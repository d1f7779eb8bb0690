# Unpacking what is no tuple or list: iterators, strs, views, objects with __iter__.
class Pair:
    def __iter__(self):
        return iter((1, 2))
class Steps:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        self.n -= 1
        if self.n < 0: raise StopIteration
        return self.n
class Old:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * i


def all_of_them():
    a, b = 'xy'
    c, d = 'é中'
    (k, v), = {'key': 'value'}.items()
    e, f = {1: 2, 3: 4}
    g, h = map(str, (5, 6))
    i, j = (n * n for n in (7, 8))
    l, m = Pair()
    n, o, p = Steps(3)
    q, r, s = Old()
    t, u = range(2)
    w, x = {9}, b'ab'
    y, z = x
    return a, b, c, d, k, v, e, f, g, h, i, j, l, m, n, o, p, q, r, s, t, u, w, y, z
for k in range(300):
    result = all_of_them()
print(result)


def failures(what, n):
    try:
        if n == 1: a, = what()
        elif n == 2: a, b = what()
        else: a, b, c = what()
        return 'fine'
    except Exception as e:
        return type(e).__name__, str(e)
def broken():
    yield 1
    raise ZeroDivisionError('in between')
for k in range(300):
    result = [failures(f, n) for f in (lambda: 'ab', lambda: iter('ab'), Pair, lambda: Steps(2), broken, lambda: 5, lambda: {}, lambda: range(9), Old)
              for n in (1, 2, 3)]
print(result)


class Dies:
    def __init__(self, name, log): self.name, self.log = name, log
    def __del__(self): self.log.append(self.name)
def order():
    log = []
    a, b = Dies('a', log), Dies('b', log)
    a, b = iter((Dies('c', log), Dies('d', log)))
    log.append('here')
    try:
        a, b = iter((Dies('e', log), Dies('f', log), Dies('g', log)))
    except ValueError:
        log.append('too many')
    try:
        a, b = iter((Dies('h', log),))
    except ValueError:
        log.append('too few')
    del a, b
    return log
for k in range(300):
    result = sorted(order())
print(result)
def many():
    a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q = iter(range(17))
    r = a + q
    a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p = 'abcdefghijklmnop'
    return r, a + p
for k in range(300):
    result = many()
print(result)
