"""What goes wrong in lists, dicts, sets and tuples that are used badly."""


def show(f):
    try:
        print('ok', f())
    except Exception as e:
        print(type(e).__name__, '|', e, '|', e.args)


class Unhashable:
    __hash__ = None


class BadHash:
    def __hash__(self):
        return 'x'


class RaisingHash:
    def __hash__(self):
        raise ValueError('no hash')


class RaisingEq:
    def __hash__(self):
        return 1

    def __eq__(self, other):
        raise ValueError('no eq')


d = {'a': 1, (1, 2): 3}
show(lambda: d['b'])
show(lambda: d[1, 3])
show(lambda: d[None])
show(lambda: d[[]])
show(lambda: d[{}])
show(lambda: d[Unhashable()])
show(lambda: d[BadHash()])
show(lambda: d[RaisingHash()])
show(lambda: {RaisingEq(): 1}[RaisingEq()])
show(lambda: {RaisingEq(), RaisingEq()})
show(lambda: {[]: 1})
show(lambda: {[1]})
show(lambda: {1: 2} | [1])
show(lambda: {1: 2} < {1: 3})
show(lambda: d.keys() | 5)
show(lambda: d.keys()[0])
show(lambda: d.pop('zz'))
show(lambda: [1, 2, 3][3])
show(lambda: [1, 2, 3][-4])
show(lambda: [1][1 << 80])
show(lambda: (1,)[1])
show(lambda: (1,)[-(1 << 80)])
show(lambda: 'abc'[3])
show(lambda: b'abc'[10])
show(lambda: bytearray(b'abc')[10])
show(lambda: range(3)[3])
show(lambda: [1][1.0])
show(lambda: [1]['a':])
show(lambda: (1,)[None])
show(lambda: [1].remove(5))
show(lambda: [1].index(5))
show(lambda: (1,).index('x'))
show(lambda: {1}.remove(2))
show(lambda: {1}.remove((1, 2)))
show(lambda: [1] + (2,))
show(lambda: (1,) + [2])
show(lambda: [1] * 'a')
show(lambda: 'a' * 1.5)
show(lambda: [0] * (1 << 62))
show(lambda: (0,) * (1 << 63))
show(lambda: 'a' * (1 << 64))
show(lambda: [1] < (1,))
show(lambda: (1, 'a') < (1, 2))
show(lambda: [None] < [1])
show(lambda: {1} < 1)
show(lambda: memoryview('a'))
show(lambda: bytes(-1))
show(lambda: bytes([256]))
show(lambda: bytes('a'))
show(lambda: bytes(1.5))
show(lambda: bytes([1, 'a']))
show(lambda: bytearray(['a']))
show(lambda: list(d.items())[0][2])
[][0]
