"""Instance attributes in many orders, deletion and re-addition, many attributes, __class__ assignment, vars views."""


class A:
    pass


a, b = A(), A()
a.x, a.y = 1, 2
b.y, b.x = 3, 4
print(vars(a), vars(b), list(a.__dict__), list(b.__dict__))
del a.x
a.z = 5
a.x = 6
print(vars(a))
for i in range(300):
    setattr(a, f'attr{i}', i)
print(len(vars(a)), a.attr299, list(vars(a))[:5], list(vars(a))[-1])
for i in range(0, 300, 2):
    delattr(a, f'attr{i}')
print(len(vars(a)), hasattr(a, 'attr0'), a.attr1)
d = vars(b)
d['new'] = 1
print(b.new, d is b.__dict__)
b.other = 2
print(d)
d.pop('x')
try:
    b.x
except AttributeError as e:
    print(e)
d.clear()
print(vars(b))
b.p = 1
d.update(q=2, r=3)
print(b.q, sorted(d))
del b
print(d)


class B:
    def hello(self):
        return 'B', self.n


a = A()
a.n = 5
a.__class__ = B
print(a.hello(), type(a).__name__)
A.shared = 'class'
c = A()
print(c.shared, 'shared' in vars(c))
c.shared = 'own'
print(c.shared, A.shared)
del c.shared
print(c.shared)
del A.shared
print(hasattr(c, 'shared'))
A.late = lambda self: 'late method'
print(c.late())
c.late = lambda: 'instance'
print(c.late())
A.late = property(lambda self: 'property now wins')
print(c.late)
del A.late
print(c.late())


class Counter:
    n = 0

    def bump(self):
        self.n += 1
        return self.n


x, y = Counter(), Counter()
print(x.bump(), x.bump(), y.bump(), Counter.n, vars(x))


def loop():
    objs = [A() for _ in range(5)]
    for k in range(3):
        for i, o in enumerate(objs):
            setattr(o, 'abc'[(i + k) % 3], k)
    return [o.__dict__ for o in objs]


print(loop())
e = A()
e.__dict__.update({str(i): i for i in range(40)})
print(len(e.__dict__), getattr(e, '39'))
e.__dict__ = dict(e.__dict__)
e.extra = 1
print(len(vars(e)))
for k in list(vars(e)):
    delattr(e, k)
print(vars(e))
f = A()
f.self = f
f.__dict__['again'] = f
print(f.self.again is f, list(vars(f)))
import copy
g = copy.copy(f)
print(g is not f, g.self is f, g.__dict__ is not f.__dict__)
f.__dict__['gone']
