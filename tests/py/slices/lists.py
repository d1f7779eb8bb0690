"""List slicing, slice assignment and deletion against a slow reference; extended slices and their errors."""


def ref(seq, start, stop, step):
    return [seq[i] for i in range(*slice(start, stop, step).indices(len(seq)))]


values = [None, 0, 1, 2, 4, 5, 9, -1, -3, -5, -9]
seq = [10, 11, 12, 13, 14]
count = 0
for start in values:
    for stop in values:
        for step in (None, 1, 2, 3, -1, -2, 7):
            expected = ref(seq, start, stop, step)
            assert seq[start:stop:step] == expected
            assert tuple(seq)[start:stop:step] == tuple(expected)
            assert bytes(seq)[start:stop:step] == bytes(expected)
            assert ''.join(map(chr, seq))[start:stop:step] == ''.join(map(chr, expected))
            assert list(range(10, 15)[start:stop:step]) == expected
            copy = seq[:]
            del copy[start:stop:step]
            gone = set(range(*slice(start, stop, step).indices(5)))
            assert copy == [v for i, v in enumerate(seq) if i not in gone]
            copy = seq[:]
            copy[start:stop:step] = [0] * len(expected)
            count += 1
print(count)
l = list(range(6))
l[1:3] = 'abc'
print(l)
l[:0] = [-1]
l[len(l):] = [99]
l[2:2] = l
print(l)
l[::2] = range(len(l[::2]))
print(l)
l[4:1] = ['x']
print(l)
l[:] = l[::-1]
print(l)
del l[::3], l[-1], l[:2]
print(l)


def show(f):
    try:
        f()
        print('ok', l)
    except Exception as e:
        print(type(e).__name__, e)


show(lambda: l.__setitem__(slice(None, None, 2), [1]))
show(lambda: l.__setitem__(slice(None, None, -1), [1]))
show(lambda: l.__setitem__(slice(0, 1), 5))
show(lambda: l.__setitem__(slice(0, 4, 2), 5))
show(lambda: l.__getitem__(slice(None, None, 0)))
show(lambda: l.__getitem__(slice('a')))
show(lambda: l.__getitem__(slice(1.0, 2)))
show(lambda: l.__setitem__(slice(10 ** 30, 10 ** 31), [7]))
show(lambda: l.__delitem__(slice(-10 ** 30, 1)))
show(lambda: l.__setitem__(slice(1, 2), (x for x in 'gen')))
a = [1, 2, 3]
a[1:1] = a
print(a)
a[::-1] = a
print(a)
a += a[1:3]
a *= 2
print(a)
a[0:6:2] = [1, 2]
