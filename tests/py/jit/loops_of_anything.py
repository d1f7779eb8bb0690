# A loop that has seen one kind of iterator only, and then meets others.
def collect(expr):
    res = []
    for val in expr:
        res.append(val)
    return res

class Own:
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        return self
    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration
        return 'item %d' % self.n

def lines(n):
    for i in range(n):
        yield 'line %d' % i

others = (lambda: lines(3), lambda: Own(3), lambda: map(str, range(1000, 1003)), lambda: ['a' * 3, 'b' * 4], lambda: ('c' * 3, 2.5), lambda: 'xyz',
          lambda: {'k' * 3: 1}, lambda: {'k' * 3: 1}.items(), lambda: enumerate('ab'), lambda: zip('ab', [1.5, 'x' * 5]), lambda: {('s' * 2, 1)},
          lambda: range(3), lambda: range((1 << 62) - 2, (1 << 62) + 2), lambda: range(1 << 65, (1 << 65) + 2), lambda: reversed(['r' * 2]), lambda: b'ab')

def fresh():
    namespace = {}
    exec('def collect(expr):\n    res = []\n    for val in expr:\n        res.append(val)\n    return res', namespace)
    return namespace['collect']

for first in (lambda: iter(range(3000)), lambda: [1] * 3000, lambda: (1,) * 3000, lambda: lines(3000), lambda: dict.fromkeys(range(3000))):
    collect = fresh()
    length = len(collect(first()))
    for make in others:
        a = collect(make())
        b = collect(make())
        print(length, a, b == a)
