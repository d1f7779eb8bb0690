"""__getattr__, __getattribute__, __setattr__, __delattr__, __dir__, and module-level ones."""
import sys
import types


class Proxy:
    def __init__(self, target):
        object.__setattr__(self, 'target', target)

    def __getattr__(self, name):
        print('getattr', name, end='; ')
        return getattr(self.target, name)

    def __setattr__(self, name, value):
        print('setattr', name, end='; ')
        setattr(self.target, name, value)

    def __delattr__(self, name):
        print('delattr', name, end='; ')
        delattr(self.target, name)


class T:
    x = 1


t = T()
p = Proxy(t)
p.y = 5
print(p.x, p.y, t.y, p.target is t)
del p.y
try:
    p.y
except AttributeError as e:
    print(e)


class All:
    def __getattribute__(self, name):
        if name == 'real':
            return object.__getattribute__(self, '__dict__')
        if name.startswith('no'):
            raise AttributeError(name)
        return f'all {name}'

    def __getattr__(self, name):
        return f'fallback {name}'


a = All()
a.stored = 1
print(a.anything, a.nothing, a.real, a.__class__, a.__dict__, hasattr(a, 'x'), len(All.__dict__) > 0)


class Vanishing:
    def __init__(self):
        self.log = []

    def __getattr__(self, name):
        if name == 'log':
            raise AttributeError(name)
        self.log.append(name)
        if len(self.log) > 2:
            raise AttributeError(f'too many: {self.log}')
        return name


v = Vanishing()
print(v.a, v.b)
try:
    v.c
except AttributeError as e:
    print(e)
m = types.ModuleType('m', 'doc')
m.__getattr__ = lambda name: f'module getattr {name}'
m.__dir__ = lambda: ['one', 'two']
print(m.foo, dir(m), m.__name__, m.__doc__)
sys.modules['m'] = m
from m import anything
print(anything)
import m as mm
print(mm.q)
del m.__getattr__
try:
    m.foo
except AttributeError as e:
    print(e)


class Frozen:
    def __setattr__(self, *a):
        raise TypeError('frozen')


try:
    Frozen().x = 1
except TypeError as e:
    print(e)


class ClassLevel(type):
    def __setattr__(cls, k, v):
        print('class set', k, end='; ')
        super().__setattr__(k, v)

    def __getattribute__(cls, k):
        if k == 'magic':
            return 'from metaclass'
        return super().__getattribute__(k)


class K(metaclass=ClassLevel):
    magic = 'own'


K.z = 1
print(K.magic, K().magic, K.z)
x = T()
x.__dict__['not an identifier'] = 1
x.__dict__[5] = 2
print(getattr(x, 'not an identifier'), len(vars(x)))
x.__dict__ = {'fresh': 1}
print(x.fresh, x.__dict__)
d = x.__dict__
d['via'] = 2
print(x.via)
del x.__dict__
print(x.__dict__, d)
for bad in 5, None, [1]:
    try:
        x.__dict__ = bad
    except TypeError as e:
        print(e)
print(object.__getattribute__(x, '__class__').__name__, T.__getattribute__(x, 'x'), type.__getattribute__(T, 'x'))
object.__getattribute__(x, 'missing')
