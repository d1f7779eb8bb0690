# interpreter: -X jit=auto -X jit-threshold=3
# Items of dicts by ints, strs and what is equal to them.
def get(d, k):
    try:
        return d[k]
    except (KeyError, TypeError) as e:
        return type(e).__name__, str(e)


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n

    def __eq__(self, o):
        return o == self.n


ints = {i * 7: -i for i in range(50)}
mixed = {1: 'one', 2.0: 'two', True + 2: 'three', 'a': 'A', 2**61: 'large', -1: 'minus', -2: 'minus two', (1, 2): 'pair', 2**61 - 1: 'modulus'}
keyed = {Key(5): 'key', 13: 'plain'}
clash = {8 * i: i for i in range(5)}
del clash[16]
for _ in range(4):
    print([get(ints, k) for k in (0, 7, 343, 8, -7, 7.0, True, 'a', 2**70)])
    print([get(mixed, k) for k in (1, True, 2, 2.0, 3, 'a', 2**61, -1, -2, -1.0, (1, 2), 2**61 - 1, 0, False, None, [])])
    print([get(keyed, k) for k in (5, 13, Key(13), 6)], [get(clash, k) for k in (0, 8, 16, 24, 32, 40)], get({}, 1), get({}, 'x'))


class Sub(dict):
    def __missing__(self, k):
        return ('missing', k)


for _ in range(4):
    print(get(Sub({1: 2}), 1), get(Sub(), 1), get({1: None}, 1))
