# What the inline caches remember of classes and functions, replaced afterwards.


def make(n):
    def getter(self):
        return [n]
    return getter


class C:
    p = property(make(1))
    s = staticmethod(lambda: 'old')
    k = classmethod(lambda cls: ('old', cls.__name__))


def read(o, times):
    for _ in range(times):
        result = o.p, o.s(), o.k()
    return result


o = C()
print(read(o, 3000))
C.__dict__['p'].__init__(make(2))
C.__dict__['s'].__init__(lambda: 'new')
C.__dict__['k'].__init__(lambda cls: ('new', cls.__name__))
junk = [make(i) for i in range(1000)]
print(read(o, 10))


# An attribute of instances that the class takes over.
class D:
    def __init__(self):
        self.x = 'own'


def x_of(o, times):
    for _ in range(times):
        result = o.x
    return result


d = D()
print(x_of(d, 3000))
D.x = property(lambda self: 'of the class')
print(x_of(d, 10))
del D.x
print(x_of(d, 10))


# The code of a function, replaced while its arguments are bound.
def f(a, b=1, *, c=3):
    return 'f', a, b, c


def g(a, b, c2=5, d2=6, e=7, *, c=3, dd=4):
    v = w = x = y = z = a
    return 'g', v, w, x, y, z


class Name(str):
    __hash__ = str.__hash__

    def __eq__(self, other):
        f.__code__ = g.__code__
        return str.__eq__(self, other)


print(f(1, **{Name('c'): 5})[1])
print(f(1, 2, 3, 4, dd=5)[0])
