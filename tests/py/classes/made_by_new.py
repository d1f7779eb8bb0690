# Classes whose instances a __new__ in Python makes, or whose metaclass isn't type; changed while call sites know them.
import abc
import sys


class Plain:
    def __new__(cls, x, y=2):
        self = super().__new__(cls)
        self.x = x
        self.y = y
        return self


class Both:
    log = []

    def __new__(cls, *args):
        self = object.__new__(cls)
        self.made = args
        return self

    def __init__(self, x, y=5):
        self.x, self.y = x, y


class Shape:
    def __new__(cls, kind, *rest):
        if cls is Shape:
            cls = Circle if kind == 'circle' else Square
        return object.__new__(cls)

    def area(self):
        return type(self).__name__, self.__dict__


class Circle(Shape):
    def __init__(self, kind, r):
        self.r = r


class Square(Shape):
    pass


class Other:
    def __new__(cls, x):
        return [x]

    def __init__(self, x):
        raise RuntimeError('not an instance of it')


class Meta(type):
    registry = {}
    limit = 3

    def __call__(cls, *args, **kw):
        if cls not in cls.registry:
            cls.registry[cls] = super().__call__(*args, **kw)
        return cls.registry[cls]

    def describe(cls):
        return 'class ' + cls.__name__, cls.limit


class Single(metaclass=Meta):
    def __init__(self, *args, **kw):
        self.args = args, kw


class Base(abc.ABC):
    @abc.abstractmethod
    def go(self):
        ...


class Goes(Base):
    def __init__(self, x, y=7):
        self.x, self.y = x, y

    def go(self):
        return self.x + self.y


def make(cls, times, *args):
    if len(args) == 1:
        a = args[0]
        for _ in range(times):
            o = cls(a)
    else:
        a, b = args
        for _ in range(times):
            o = cls(a, b)
    return o


def show(o):
    return type(o).__name__, getattr(o, '__dict__', o)


print(show(make(Plain, 3000, 1)), show(make(Plain, 10, 1, 3)))
print(show(make(Both, 3000, 1)), show(make(Both, 10, 1, 3)))
for kind in 'circle', 'square':
    print(make(Shape, 3000, kind, 4).area())
print(make(Other, 3000, 1))
print(show(make(Single, 3000, 1)), Single.describe(), [Single.describe() for _ in range(2000)][-1])
print(make(Goes, 3000, 1).go(), make(Goes, 3000, 1, 2).go())


def one(times):
    for _ in range(times):
        o = Plain(1)
    return show(o)


def two(times):
    for _ in range(times):
        o = Both(1)
    return show(o)


def three(times):
    for _ in range(times):
        o = Goes(1)
    return show(o)


def keywords(times):
    for _ in range(times):
        o = Goes(y=1, x=2)
        p = Plain(y=4, x=3)
        q = Goes(*(1, 2))
        r = Both(*(1, 2))
    return show(o), show(p), show(q), show(r)


print(one(3000), two(3000), three(3000), keywords(3000))

# Another __new__, another __init__, another default, another metaclass.
kept = Plain.__new__
Plain.__new__ = staticmethod(lambda cls, x: object.__new__(cls))
print(one(10))
Plain.__new__ = kept
print(one(3000))
Plain.__init__ = lambda self, x: setattr(self, 'late', x)
print(one(10))
del Plain.__init__
Both.__init__ = lambda self, x: None
print(two(10))
Goes.__init__.__defaults__ = (70,)
print(three(10))
try:
    Goes.__init__.__defaults__ = ()
    three(10)
except TypeError as e:
    print(e)
Goes.__init__.__defaults__ = (7,)
print(three(3000))
Goes.__init__.__code__ = (lambda self, x, y: setattr(self, 'other', (x, y))).__code__
print(three(10))


class Loud(abc.ABCMeta):
    def __call__(cls, *args):
        return 'loud', args


Goes.__class__ = Loud
print(show(Goes(1)), show(make(Goes, 5, 1)), three(5))
Goes.__class__ = abc.ABCMeta
print(three(5))


class Quiet(type):
    pass


class Q(metaclass=Quiet):
    def __init__(self, x):
        self.x = x


def quiet(times):
    for _ in range(times):
        o = Q(4)
    return show(o)


print(quiet(3000))
Quiet.__call__ = lambda cls, x: ('called', x)
print(quiet(10))
del Quiet.__call__
print(quiet(10))

# Errors leave nothing behind and say where they are.
class Fails:
    def __new__(cls, x):
        if x == 2:
            raise ValueError('new')
        return object.__new__(cls)

    def __init__(self, x):
        if x == 3:
            raise ValueError('init')
        if x == 4:
            return 5


class Token:
    alive = 0

    def __init__(self):
        Token.alive += 1

    def __del__(self):
        Token.alive -= 1

    def __eq__(self, other):
        return False


def fails(what, times):
    seen = []
    for i in range(times):
        token = Token()
        try:
            if i % 3:
                Fails(what)
            elif i % 2:
                Fails(token, token)
            else:
                Fails(token)
        except (ValueError, TypeError) as e:
            inner = e.__traceback__.tb_next
            seen = str(e), what != 4 and inner and inner.tb_frame.f_code.co_name
        del token
    return seen, Token.alive


for what in 1, 2, 3, 4:
    print(fails(what, 2000))

# An abstract class stays one; and an abstract method that is taken away.
try:
    make(Base, 10, 1)
except TypeError as e:
    print(e)


class Later(Base):
    def go(self):
        return 1


print(show([Later() for _ in range(2000)][-1])[0])
Later.go = abc.abstractmethod(lambda self: 1)
abc.update_abstractmethods(Later)
try:
    Later()
except TypeError as e:
    print(e)

# Many classes at one call.
def many(classes, times):
    names = []
    for _ in range(times):
        names = [cls(1).x for cls in classes]
    return names


def numbered(n):
    class C:
        def __init__(self, x):
            self.x = x * n
    return C


classes = [numbered(n) for n in range(9)]
print(many(classes, 500))
classes[3].__init__ = lambda self, x: setattr(self, 'x', 'new')
print(many(classes, 5))

# Attributes of the metaclass, and of classes that are replaced often.
def of_meta(times):
    for _ in range(times):
        r = Single.limit, Single.describe()
    return r


print(of_meta(3000))
Meta.limit = 4
print(of_meta(10))
Single.limit = 'own'
print(of_meta(10))
Single.describe = lambda: 'taken'
print(of_meta(10))
del Single.limit, Single.describe
Meta.describe = lambda cls: 'other'
print(of_meta(10))


class Counts:
    n = 0
    step = 1


class Sub(Counts):
    pass


def count(times):
    o = Sub()
    total = 0
    for _ in range(times):
        Counts.n += Counts.step
        total += o.n + Sub.n
    return Counts.n, total


print(count(3000))
Counts.step = 2
print(count(10))
Sub.n = 0
print(count(10))
del Sub.n
Counts.n = property(lambda self: 7)
try:
    count(1)
except TypeError as e:
    print(type(e).__name__)
Counts.n = 1
print(count(10))
del Counts.n
try:
    count(1)
except AttributeError as e:
    print(e)


# Traced, __new__ and __init__ are called as ever.
def tracer(frame, event, arg):
    if event == 'call':
        calls.append(frame.f_code.co_name)


calls = []
sys.settrace(tracer)
Both(1)
sys.settrace(None)
print(calls)


class Starts:
    def __new__(cls, x):
        sys.settrace(tracer)
        return object.__new__(cls)

    def __init__(self, x):
        sys.settrace(None)


calls = []
for _ in range(1000):
    Starts(1)
print(calls[:3], len(calls))
