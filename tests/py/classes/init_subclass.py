"""__init_subclass__, __class_getitem__, __set_name__ order, __subclasshook__, registration."""


class Base:
    registry = []

    def __init_subclass__(cls, /, key=None, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.registry.append((cls.__name__, key))
        print('init_subclass', cls.__name__, key)

    def __class_getitem__(cls, item):
        return f'{cls.__name__}[{item}]'


class One(Base, key='k1'):
    pass


class Two(One):
    pass


print(Base.registry, Base[5], One[int, str], Two['x'])


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def bad():
    class Three(Base, key=1, extra=2):
        pass


def plain():
    class P(object, key=1):
        pass


class Order:
    def __set_name__(self, owner, name):
        print('set_name', name)


class Parent:
    def __init_subclass__(cls):
        print('subclass', cls.__name__, sorted(k for k in vars(cls) if len(k) == 1))


class Child(Parent):
    b = Order()
    a = Order()


show(bad)
show(plain)
show(lambda: Base()[5])


class NoItem:
    pass


show(lambda: NoItem[5])
show(lambda: NoItem()[5])
show(lambda: int[5])


class Multi(One, Parent):
    pass


class Raises:
    def __init_subclass__(cls):
        raise ValueError('not allowed')


show(lambda: type('R', (Raises,), {}))
print([c.__name__ for c in Raises.__subclasses__()])


class Plugin:
    plugins = {}

    def __init_subclass__(cls, **kw):
        cls.plugins[cls.__name__.lower()] = cls


class Json(Plugin): pass
class Xml(Plugin): pass


print(sorted(Plugin.plugins), Plugin.plugins['json'] is Json)
import abc


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...

    @property
    @abc.abstractmethod
    def name(self): ...

    @classmethod
    def __subclasshook__(cls, c):
        return True if hasattr(c, 'duck_area') else NotImplemented


class Duck:
    def duck_area(self): pass


class Half(Shape):
    def area(self): return 1


print(issubclass(Duck, Shape), isinstance(Duck(), Shape), issubclass(int, Shape), Shape.__abstractmethods__ == {'area', 'name'})
show(Shape)
show(Half)
Shape.register(int)
print(isinstance(5, Shape), issubclass(bool, Shape))
show(lambda: Shape.register(5))
Half.name = 'now'
show(Half)
abc.update_abstractmethods(Half)
print(Half().area())
One(1)
