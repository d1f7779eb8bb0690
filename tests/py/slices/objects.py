"""slice objects: attributes, indices, comparison, custom __getitem__, Ellipsis and tuples of slices."""


class Show:
    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        print('set', key, value)

    def __delitem__(self, key):
        print('del', key)


class Index:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n


s = Show()
print(s[1], s[1:2], s[1:2:3], s[:], s[::], s[...], s[1, 2], s[1:2, ::3], s[..., 1:], s['a':'b'], s[None:], s[()], s[1,], s[-1:], s[*[1, 2]], s[*'ab', 3])
s[1:2] = 5
s[::2, 1] = 6
del s[3:], s['k']
s[0] += [1] if False else 1
x = slice(1, 5, 2)
print(x, x.start, x.stop, x.step, slice(3), slice(None), slice(1, 2) == slice(1, 2), slice(1, 2) != slice(1, 3), slice(1) < slice(2), slice(1, 2, 3).indices(10))
print(slice(None, None, -1).indices(5), slice(-3, None).indices(5), slice(10, 20).indices(5), slice(5, 0, -2).indices(4), slice(Index(1), Index(3)).indices(9), slice(0, 10 ** 30).indices(10 ** 25))
print([1, 2, 3, 4][Index(1):Index(3)], 'abcd'[Index(-2):], (1, 2, 3)[::Index(2)], [0, 1][True], 'ab'[False], b'abc'[Index(1)])


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


show(lambda: hash(slice(1)))
show(lambda: {slice(1): 2})
show(lambda: slice(1).start.x)
show(lambda: slice('a', [], {}))
show(lambda: slice(1, 2, 0).indices(5))
show(lambda: slice(1).indices(-1))
show(lambda: slice(1.5).indices(5))
show(lambda: slice(1, 2, 'x').indices(5))
show(lambda: [1][Index('x'):])
show(lambda: slice(1) < 5)
show(lambda: sorted([slice(2), slice(1)]))
show(lambda: setattr(slice(1), 'start', 5))
show(lambda: slice(None, 3, None).__reduce__()[1])
show(lambda: type('S', (slice,), {}))
show(lambda: range(10)[2:8:3])
show(lambda: range(0, 100, 7)[::-2])
show(lambda: range(10 ** 20)[10 ** 19:][0])
show(lambda: range(5)[5:2])
show(lambda: memoryview(b'abcdef')[1:5:2].tolist())
show(lambda: bytearray(b'abcdef')[::-1])
b = bytearray(b'abcdef')
b[1:3] = b'XYZ'
del b[::2]
print(b)
b[::2] = b'12'
print(b)
slice()
