"""Module objects: attributes, __dict__, __getattr__, deletion, types.ModuleType, repr."""
import sys
import types


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


m = types.ModuleType('m')
print(m.__name__, m.__doc__, m.__package__, m.__loader__, m.__spec__, sorted(m.__dict__), m)
m.x = 1
print(m.x, vars(m)['x'], 'x' in dir(m))
del m.x
show(lambda: m.x)
show(lambda: types.ModuleType())
show(lambda: types.ModuleType(5))
show(lambda: types.ModuleType('n', doc='d').__doc__)
show(lambda: setattr(m, '__dict__', {}))
show(lambda: setattr(m, '__name__', 5) or repr(m))
del m.__name__
show(lambda: repr(m))
show(lambda: m.nope)


class Mod(types.ModuleType):
    @property
    def computed(self):
        return 'property of a module'

    def __getattr__(self, name):
        return f'missing {name}'


n = Mod('n')
print(n.computed, n.anything, n)
sys.modules['n'] = n
from n import computed, whatever
print(computed, whatever)
this = sys.modules[__name__]
print(this.__name__, this.show is show, type(this).__name__)


class Callable(types.ModuleType):
    def __call__(self):
        return 'called module'


this.__class__ = Callable
print(this())
show(lambda: setattr(this, '__class__', int))
this.dynamic = 5
print(dynamic)
m2 = types.ModuleType.__new__(types.ModuleType)
show(lambda: m2.x)
show(lambda: m2.__dict__)
show(lambda: repr(m2))
m2.__init__('later')
print(m2)
show(lambda: sys.__name__ + sys.__doc__[:4])
show(lambda: sys.__loader__.__name__)
show(lambda: sys.modules['sys'] is sys)
print(type(sys.modules), '__main__' in sys.modules, 'builtins' in sys.modules, 'sys' in sys.builtin_module_names)
show(lambda: sys.nope)
ann = {}
exec('x: int = 1\ny: "later"\nprint(__annotations__)', ann)
print(sorted(k for k in ann if not k.startswith('__b')))


def __getattr__(name):
    if name == 'lazy':
        return 'lazily made'
    raise AttributeError(f'module has no {name}')


print(this.lazy)
show(lambda: this.other)
from __main__ import lazy
print(lazy)
from __main__ import absent
