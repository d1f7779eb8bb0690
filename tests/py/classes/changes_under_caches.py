"""Class attributes that change while look-ups of them are cached."""


class Counter:
    total = 0

    def count(self):
        Counter.total += 1
        return Counter.total

    def read(self):
        return self.total


c = Counter()
print([c.count() for _ in range(40)][-3:], c.read(), Counter.total)


def zz(o):
    return o.zz


class Plain:
    pass


p = Plain()
p.zz = 1
print([zz(p) for _ in range(6)])
Plain.zz = property(lambda self: "shadowed")
print(zz(p))
del Plain.zz
print(zz(p))
Plain.zz = "class"
print(zz(p))
del p.zz
print(zz(p))


def who(o):
    return o.who()


class A:
    def who(self):
        return "a"


class B:
    def who(self):
        return "b"


class D(A):
    pass


d = D()
print([who(d) for _ in range(6)])
D.__bases__ = (B,)
print(who(d), [k.__name__ for k in D.__mro__])
d.who = lambda: "own"
print(who(d))
D.__getattribute__ = lambda self, name: (lambda: "hook " + name)
print(who(d))
del D.__getattribute__
print(who(d))
D.__getattr__ = lambda self, name: "missing " + name
print(zz(d))
D.__setattr__ = lambda self, name, value: print("set", name)


def store(o):
    o.value = 1


for _ in range(4):
    store(d)
del D.__setattr__
for _ in range(4):
    store(d)
print(d.value)


class Base:
    x = 1


class Sub(Base):
    pass


def x_of(o):
    return o.x


s = Sub()
for i in range(30):
    Base.x = i
    assert x_of(s) == i and x_of(Sub) == i
Sub.x = "sub"
print(x_of(s), x_of(Sub), x_of(Base))
del Sub.x
print(x_of(s))
Base.x = classmethod(lambda cls: cls.__name__)
print(x_of(s)(), x_of(Sub)())

# Adding and removing operators.


class Op:
    pass


o = Op()
for dunder, use in [("__len__", len), ("__iter__", list), ("__call__", lambda v: v()), ("__bool__", bool), ("__hash__", hash)]:
    setattr(Op, dunder, {"__len__": lambda self: 3, "__iter__": lambda self: iter("ab"), "__call__": lambda self: "called",
                         "__bool__": lambda self: False, "__hash__": lambda self: 7}[dunder])
    print(dunder, use(o))
    delattr(Op, dunder)
    try:
        r = use(o)
        print(dunder, "default", r is not None)
    except TypeError as e:
        print(dunder, e)

# The order and the place of attributes when there are many.


class Wide:
    def __init__(self, n):
        for i in range(n):
            setattr(self, "a%d" % i, i)


for n in (3, 8, 33, 40, 150):
    for _ in range(3):
        w = Wide(n)
        assert list(w.__dict__) == ["a%d" % i for i in range(n)]
        assert all(getattr(w, "a%d" % i) == i for i in range(n))
    w.__dict__["extra"] = n
    del w.a1
    print(n, w.extra, len(vars(w)), hasattr(w, "a1"))


class Other:
    def hello(self):
        return "hello " + str(self.a0)


w.__class__ = Other
print(w.hello(), type(w).__name__)
