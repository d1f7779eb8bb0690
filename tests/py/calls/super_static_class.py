"""super() in methods, constructors, class methods and metaclasses; static and class methods at sites that see several receivers; what a
metaclass says of a class. All while classes change."""
import abc


class Base:
    made = 0

    def __new__(cls, *args):
        self = super().__new__(cls)
        cls.made += 1
        return self

    def __init__(self, x=0):
        self.x = x

    @classmethod
    def build(cls, n):
        return cls.__name__, n

    @staticmethod
    def helper(n):
        return 'base', n

    def name(self):
        return 'Base'


class Mid(Base):
    def __new__(cls, *args):
        return super().__new__(cls, *args)

    def __init__(self, x, y):
        super().__init__(x)
        self.y = y

    @classmethod
    def build(cls, n):
        return ('mid',) + super().build(n)

    @staticmethod
    def helper(n):
        return 'mid', n

    def name(self):
        return 'Mid>' + super().name()


class Other(Base):
    def name(self):
        return 'Other>' + super().name()


class Leaf(Mid, Other):
    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z

    def name(self):
        return 'Leaf>' + super().name()


def use():
    a, b, c = Base(1), Mid(1, 2), Leaf(1, 2, 3)
    out = [a.x, b.x, b.y, c.x, c.y, c.z]
    for o in (a, b, c):
        out.append((o.name(), o.build(1), o.helper(2), type(o).build(3), type(o).helper(4), type(o).__name__, o.__class__.__name__))
    for cls in (Base, Mid, Leaf):
        out.append((cls.build(5), cls.helper(6), cls.__name__, cls.__module__, cls.__qualname__, len(cls.__mro__)))
    return out


for i in range(40):
    first = use()
for line in first:
    print(line)
print(Base.made, Mid.made, Leaf.made)

# What changes is seen at once.
Mid.name = lambda self: 'new Mid>' + Base.name(self)
print(use()[-4:])
Base.build = classmethod(lambda cls, n: ('changed', cls.__name__, n))
Base.helper = staticmethod(lambda n: ('helped', n))
print(use()[6:])
Base.helper = lambda self: 'a method now'
print(Base(1).helper())
Base.helper = staticmethod(max)
Base.build = len
print(Base(1).helper(3, 9), Base.helper(4, 5), Base(1).build('four'), Base.build('fourteen'))
Base.build = classmethod(lambda cls, n: ('again', n))
Mid.__name__ = 'Renamed'
Base.helper = staticmethod(lambda n: n)
print(use()[6:], Mid.__name__, Mid(1, 2).__class__.__name__)


# An instance's own attributes come first, and go again.
class Shadowed:
    @staticmethod
    def s(): return 'static'

    @classmethod
    def c(cls): return 'class', cls.__name__


def both(o):
    return o.s(), o.c()


o = Shadowed()
for i in range(20):
    before = both(o)
o.s = lambda: 'own s'
o.c = lambda: 'own c'
after = both(o), both(Shadowed())
del o.s
del o.c
print(before, after, both(o))


# staticmethod and classmethod objects filled anew.
class Refilled:
    pass


st, cm = staticmethod(lambda: 'first'), classmethod(lambda cls: ('first', cls.__name__))
Refilled.s, Refilled.c = st, cm


def refilled():
    r = Refilled()
    return r.s(), r.c(), Refilled.s(), Refilled.c()


for i in range(20):
    before = refilled()
st.__init__(lambda: 'second')
cm.__init__(lambda cls: ('second', cls.__name__))
second = refilled()
cm.__init__(property(lambda cls: lambda: ('property', cls.__name__)))
print(before, second, refilled())


# Metaclasses: super() with a class as self, attributes that only they have.
class Meta(type):
    registry = []

    def __new__(mcls, name, bases, ns, **kw):
        cls = super().__new__(mcls, name, bases, ns)
        mcls.registry.append(name)
        return cls

    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)
        cls.extra = sorted(kw)

    def __call__(cls, *args, **kw):
        o = super().__call__(*args, **kw)
        o.called = True
        return o

    def who(cls):
        return 'meta', cls.__name__

    @property
    def shout(cls):
        return cls.__name__.upper()

    @classmethod
    def make(mcls, name):
        return mcls(name, (), {})


def classes():
    class A(metaclass=Meta, flag=1):
        def __init__(self, v):
            super().__init__()
            self.v = v

    class B(A):
        def __init__(self, v, w):
            super().__init__(v)
            self.w = w

        @classmethod
        def c(cls):
            return cls.who(), cls.shout, cls.__name__

    b = B(1, w=2)
    return A.extra, A(3).v, A(4).called, b.v, b.w, b.c(), B.c(), A.who(), A.shout, Meta.make('M').__name__


for i in range(25):
    got = classes()
print(got, len(Meta.registry))


# A class attribute doesn't hide what the metaclass sets and gets, other ones it does.
class Hides(metaclass=Meta):
    __doc__ = 'text'
    who = 'attribute'
    shout = 'hidden?'
    __name__ = 'hidden name'


def look(cls):
    return cls.__name__, cls.who, cls.shout, cls.__doc__, cls.__module__, cls.__dict__['who'] if 'who' in cls.__dict__ else None


class Plain(metaclass=Meta):
    pass


for i in range(20):
    r = [look(Hides), (lambda r: (r[0], r[1](), r[2:]))(look(Plain))]
print(r)


class Abstract(abc.ABC):
    @abc.abstractmethod
    def f(self): ...

    def __init__(self, v):
        super().__init__()
        self.v = v

    @classmethod
    @abc.abstractmethod
    def g(cls): ...


class Concrete(Abstract):
    def f(self): return super().f()

    @classmethod
    def g(cls): return super().g(), cls.__name__


for i in range(20):
    c = Concrete(i)
    r = c.f(), c.g(), Concrete.g(), c.v
print(r)


# super() without its parts.
class NoSelf:
    def f():
        return super()

    def g(self):
        del self
        return super().g

    def h(self):
        self = 1
        return super().__init__()


def attempt(f):
    try:
        return f()
    except (RuntimeError, TypeError, AttributeError) as e:
        return type(e).__name__, str(e)


for i in range(15):
    r = attempt(NoSelf.f), attempt(lambda: NoSelf().g()), attempt(lambda: NoSelf().h()), attempt(lambda: NoSelf.h(3))
print(r)


class Cell:
    def f(self):
        return super().__repr__()[:6]

    def swap(self, value):
        __class__ = value


def swapped():
    return attempt(Cell().f)


for i in range(20):
    r = swapped()
cell = Cell.f.__closure__[0]
out = [r]
for value in (int, 5, Base):
    cell.cell_contents = value
    out.append(swapped())
del cell.cell_contents
out.append(swapped())
cell.cell_contents = Cell
out.append(swapped())
print(out)


# Deep chains and recursion through super().
class Down(Base):
    def name(self):
        return self.name() if self.deep else super().name()


d = Down()
d.deep = False
for i in range(20):
    d.name()
d.deep = True
try:
    d.name()
except RecursionError:
    print('too deep')
