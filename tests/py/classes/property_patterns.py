"""Properties: inheritance, overriding one accessor, class-level, lazy, validated, deleters, errors."""


class Temp:
    def __init__(self, c=0):
        self.celsius = c

    @property
    def celsius(self):
        """in degrees"""
        return self._c

    @celsius.setter
    def celsius(self, v):
        if v < -273.15:
            raise ValueError(f'{v} is below absolute zero')
        self._c = v

    @celsius.deleter
    def celsius(self):
        print('resetting')
        self._c = 0

    @property
    def fahrenheit(self):
        return self.celsius * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, v):
        self.celsius = (v - 32) * 5 / 9


class Logged(Temp):
    @Temp.celsius.setter
    def celsius(self, v):
        print('set', v)
        Temp.celsius.fset(self, v)


class Fixed(Temp):
    celsius = 20

    def __init__(self):
        pass


class SuperProp(Temp):
    @property
    def celsius(self):
        return super().celsius + 0.5

    @celsius.setter
    def celsius(self, v):
        super(SuperProp, type(self)).celsius.fset(self, v * 2)


class Lazy:
    def __init__(self, f):
        self.f = f

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, obj, cls):
        if obj is None:
            return self
        value = obj.__dict__[self.name] = self.f(obj)
        return value


class ClassProp:
    def __init__(self, f):
        self.f = f

    def __get__(self, obj, cls):
        return self.f(cls)


class Uses:
    computed = 0

    @Lazy
    def once(self):
        Uses.computed += 1
        return 'value'

    @ClassProp
    def name(cls):
        return cls.__name__.lower()

    x = property(lambda self: 'getter only')
    y = property(fset=lambda self, v: print('only set', v))


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


t = Temp(100)
print(t.celsius, t.fahrenheit, Temp.celsius.__doc__, Temp.fahrenheit.__doc__)
t.fahrenheit = 32
print(t.celsius)
show(lambda: setattr(t, 'celsius', -300))
del t.celsius
print(t.celsius)
show(lambda: delattr(t, 'fahrenheit'))
l = Logged(5)
l.celsius += 1
print(l.celsius, Fixed().fahrenheit, SuperProp(10).celsius)
f = Fixed()
f.celsius = 30
print(f.fahrenheit, vars(f))
u = Uses()
print(u.once, u.once, Uses.computed, Uses.name, u.name, vars(u))
u.once = 'replaced'
print(u.once)
u.y = 5
for g in (lambda: u.y, lambda: setattr(u, 'x', 1), lambda: delattr(u, 'y')):
    show(g)
p = property(lambda s: 1)
q = p.setter(lambda s, v: None)
print(p is q, p.fget is q.fget, p.fset, q.fset is not None, isinstance(p, property), p.__isabstractmethod__)
show(lambda: property(5).__get__(1))
show(lambda: property(lambda: 1).__get__(1))
show(lambda: p.__set__(1, 2))
show(lambda: property(1, 2, 3, 4, 5))


class Raises:
    @property
    def broken(self):
        raise AttributeError('inside getter')

    @property
    def chained(self):
        return self.not_there

    def __getattr__(self, name):
        return f'getattr({name})'


r = Raises()
print(r.broken, r.chained, hasattr(r, 'zzz'))
r.anything = 1
show(lambda: setattr(r, 'broken', 1))


class Data:
    a, b, c = (property(lambda self, n=n: n * 10) for n in range(3))


print(Data().a, Data().b, Data().c)
u.x = 'no'
