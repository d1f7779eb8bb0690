"""The order in which several locals, attributes and cells are dropped when a scope ends normally or by an exception."""
log = []


class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(self.name)


def three():
    c, a, b = N('c'), N('a'), N('b')


def params(x, y, *args, k):
    local = N('local')


def branches(flag):
    first = N('first')
    if flag:
        second = N('second')
    third = N('third')
    return 'ok'


def cells():
    captured = N('captured')
    plain = N('plain')

    def inner():
        return captured
    other = N('other')


def raises():
    before = N('before')
    try:
        during = N('during')
        raise ValueError
    finally:
        after = N('after')


def nested():
    outer = N('outer')

    def deeper():
        inner = N('inner')
        return N('temp').name
    deeper()
    log.append('back')


def reassigned():
    x = N('x1')
    y = N('y1')
    x = N('x2')
    log.append('-')


def deleted_middle():
    a, b, c = N('a'), N('b'), N('c')
    del b
    log.append('-')


def with_lists():
    items = [N('i0'), N('i1')]
    extra = N('extra')
    pair = (N('p0'), extra)


def gen():
    g1 = N('g1')
    yield
    g2 = N('g2')
    yield
    g3 = N('g3')


for f, args, kw in [(three, (), {}), (params, (1, N('y'), N('star')), {'k': N('k')}), (branches, (True,), {}), (branches, (False,), {}), (cells, (), {}), (raises, (), {}), (nested, (), {}), (reassigned, (), {}), (deleted_middle, (), {}), (with_lists, (), {})]:
    log.clear()
    try:
        f(*args, **kw)
    except ValueError:
        log.append('caught')
    del args, kw
    print(f.__name__, log)
for n in range(4):
    log.clear()
    g = gen()
    for _ in range(n):
        next(g, None)
    log.append('drop')
    del g
    print(n, log)
log.clear()


class Holder:
    pass


h = Holder()
for name in 'z', 'a', 'm':
    setattr(h, name, N(name))
del h
print(log)
log.clear()


class C:
    x = N('class x')
    y = N('class y')


del C.y
print(log)
params(1, 2, 3, K=N('unexpected'))
