"""Order of destruction inside containers."""


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print('del', self.name, end='; ')


def section(name):
    print()
    print(name, end=': ')


section('list')
items = [Noisy(i) for i in range(4)]
del items
section('list item')
items = [Noisy(i) for i in range(4)]
items[1] = None
print('set', end='; ')
items[2:] = []
print('cut', end='; ')
items.clear()
section('pop')
items = [Noisy(i) for i in range(3)]
items.pop()
items.pop(0)
print('popped', end='; ')
del items[0]
section('tuple')
t = tuple(Noisy(i) for i in range(3))
del t
section('dict')
d = {i: Noisy(i) for i in range(4)}
d[1] = 0
del d[3]
print('two', end='; ')
d.pop(0)
del d
section('dict key')
d = {Noisy('key'): Noisy('value')}
d.clear()
section('dict update')
d = {'a': Noisy('old')}
d.update(a=Noisy('new'))
print('updated', end='; ')
d.setdefault('a', Noisy('default'))
del d
section('set')
s = {Noisy('only')}
s.clear()
section('instance')


class Holder:
    def __init__(self):
        self.b = Noisy('b')
        self.a = Noisy('a')

    def __del__(self):
        print('del holder', end='; ')


Holder()
section('attribute')
h = Holder()
h.b = None
print('replaced', end='; ')
del h.a
print('deleted', end='; ')
del h
section('nested')
x = [[Noisy('deep1'), [Noisy('deep2')]], (Noisy('deep3'),), {'k': Noisy('deep4')}]
del x
section('closure')


def make():
    captured = Noisy('captured')
    return lambda: captured


f = make()
print('made', end='; ')
del f
section('default')


def g(a=Noisy('default')):
    pass


del g
section('class')


class C:
    attribute = Noisy('class attribute')


C.attribute = None
section('generator')


def gen():
    n = Noisy('in generator')
    yield 1
    yield 2


it = gen()
next(it)
del it
section('sort')
items = [Noisy(3), Noisy(1)]
items.sort(key=lambda n: Noisy('key %d' % n.name).name)
print('sorted', end='; ')
del items
print()
