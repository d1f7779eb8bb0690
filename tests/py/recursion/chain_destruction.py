"""A million-long chain of each kind of object dies without taking native stack."""

N = 1_000_000


class Node:
    __slots__ = ('next',)

    def __init__(self, next):
        self.next = next


class Plain:
    pass


def build(make, n=N):
    chain = None
    for _ in range(n):
        chain = make(chain)
    return chain


def instance(chain):
    p = Plain()
    p.next = chain
    return p


for name, make, n in [('list', lambda c: [c], N), ('tuple', lambda c: (c,), N), ('dict', lambda c: {'k': c}, N // 4), ('slots', Node, N),
                      ('instance', instance, N // 2), ('cell', lambda c: (lambda: c), N // 4), ('mixed', lambda c: [(c, {1: c})], N // 8)]:
    chain = build(make, n)
    chain = None
    print(name, 'gone')


def gen(inner):
    yield inner


chain = None
for _ in range(100_000):
    chain = gen(chain)
    next(chain)
chain = None
print('generators gone')
e = None
for _ in range(200_000):
    x = ValueError('x')
    x.__context__ = e
    e = x
e = x = None
print('exceptions gone')
m = []
for _ in range(100_000):
    m = m.append
    m = [m]
m = None
print('bound methods gone')
count = 0


class Counted:
    def __init__(self, next):
        self.next = next

    def __del__(self):
        global count
        count += 1


chain = build(Counted, 100_000)
chain = None
print(count)
