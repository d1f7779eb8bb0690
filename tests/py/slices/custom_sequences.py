"""Sequences of one's own that honour slices: views, ranges, ring buffers, matrices; and what slice objects carry."""


class View:
    def __init__(self, base, r=None):
        self.base, self.r = base, r if r is not None else range(len(base))

    def __len__(self):
        return len(self.r)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return View(self.base, self.r[i])
        return self.base[self.r[i]]

    def __setitem__(self, i, v):
        if isinstance(i, slice):
            targets = self.r[i]
            v = list(v)
            if len(v) != len(targets):
                raise ValueError(f'{len(v)} values for {len(targets)} places')
            for k, x in zip(targets, v):
                self.base[k] = x
        else:
            self.base[self.r[i]] = v

    def __repr__(self):
        return f'View({list(self)})'


data = list(range(10))
v = View(data)
print(v[2:8], v[::-1], v[2:8][::2], v[::-1][1:5][::-1], v[5:2], v[-3:], len(v[::3]), v[1:][1:][1:][0], list(reversed(v[:4])), 3 in v[2:5])
v[2:5] = 'abc'
v[::-1][0] = 'last'
v[1:9][::4] = [100, 200]
print(data)
for f in (lambda: v[20], lambda: v[2:5][3], lambda: v['x'], lambda: v[1.5:], lambda: v[::0], lambda: v.__setitem__(slice(0, 3), [1]), lambda: v[0:3]['k']):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class Ring:
    def __init__(self, n):
        self.items, self.n = [], n

    def push(self, x):
        self.items.append(x)
        if len(self.items) > self.n:
            del self.items[0]

    def __getitem__(self, key):
        match key:
            case slice(start=None, stop=None, step=None):
                return self.items[:]
            case slice(start=a, stop=b, step=s):
                return [self[i] for i in range(a or 0, b if b is not None else len(self.items), s or 1)]
            case int():
                return self.items[key % len(self.items)]
        raise TypeError(f'ring indices must be integers, not {type(key).__name__}')


r = Ring(4)
for c in 'abcdef':
    r.push(c)
print(r[:], r[0], r[5], r[-1], r[2:9], r[0:8:3], r[:2])
for key in 'x', None, 1.0, (1, 2):
    try:
        r[key]
    except TypeError as e:
        print(e)


class Grid:
    def __init__(self, rows):
        self.rows = rows

    def __getitem__(self, key):
        if not isinstance(key, tuple):
            key = key, slice(None)
        if Ellipsis in key:
            return 'all'
        r, c = key
        rows = self.rows[r] if isinstance(r, slice) else [self.rows[r]]
        out = [row[c] for row in rows]
        return out if isinstance(r, slice) else out[0]

    def __delitem__(self, key):
        print('del', key)


g = Grid([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
print(g[0], g[1, 2], g[:, 0], g[0, :2], g[::2, ::2], g[..., 1], g[-1], g[:, -1])
del g[1:2, ..., 'k'], g[()], g[0]


class Record:
    def __getitem__(self, k):
        return k

    def __class_getitem__(cls, k):
        return 'class', k


R = Record()
print(R[1:2:3] == slice(1, 2, 3), R[:, 1], R[None:None], R['a':'b':'c'], R[lambda: 0:5].stop, R[(1, 2):], R[-1:-2:-3], R[...], R[1:2,], Record[1:2], R[[1]:{}], R[slice(1)])
a = [0, 1, 2, 3]
a[1:1], a[4:] = ['ins'], ['end']
a[:1] += ['x']
print(a)
b = a[:]
b[::2], c = b[1::2] + [None] * (len(b[::2]) - len(b[1::2])), 'c'
print(b, c)
x = 'abcdef'
print(x[1:][:-1][::-1], x[slice(1, None, 2)], x[-100:2], x[2:100], x[::-2], x[5:0:-2], x[len(x):], x[None:3], x[True:], x[:False])
g[0, 1, 2]
