# Classes with __getattr__: what is found without it, and what isn't, at sites that have seen much.
class Proxy:
    kind = 'class value'
    def __init__(self, target):
        self._target = target
        self.own = 1
    def __getattr__(self, name):
        if name == 'never':
            raise AttributeError('no ' + name)
        return 'hook:' + name
    def method(self):
        return self.own
    @property
    def broken(self):
        raise AttributeError('from the property')
    @property
    def fine(self):
        return self.own * 2

def look(p):
    out = [p.own, p.kind, p.method(), p.other, p.broken, p.fine, p._target]
    try:
        p.never
    except AttributeError as e:
        out.append(str(e))
    return out

p = Proxy(7)
for k in range(30):
    if k == 10:
        p.own = 5
    if k == 15:
        del p.own
        p.own
    if k == 16:
        p.kind = 'own value'
    if k == 20:
        Proxy.kind = 'other'
        p.own = 2
    if k == 24:
        del Proxy.__getattr__
    try:
        print(k, look(p)) if k in (0, 9, 10, 16, 20) else look(p)
    except (TypeError, AttributeError) as e:
        print(k, type(e).__name__, e) if k in (15, 24, 29) else None

# The same on a metaclass.
class Meta(type):
    def __getattr__(cls, name):
        return cls.__name__ + '?' + name
class C(metaclass=Meta):
    RED = 1
    def f(self):
        return 'f'
    @property
    def prop(self):
        return 'prop'
class D(C):
    pass
def look_at_class(c):
    return c.RED, c.BLUE, c.f(None), type(c.prop).__name__, c.__name__
for k in range(30):
    if k == 10:
        C.RED = 2
    if k == 15:
        C.BLUE = 'now there'
    if k == 18:
        del C.BLUE
    if k == 20:
        D.RED = 'of D'
    if k == 25:
        Meta.RED = property(lambda cls: 'of Meta')
    if k in (0, 9, 10, 14, 15, 18, 20, 25, 29):
        print(k, look_at_class(C), look_at_class(D))
    else:
        look_at_class(C), look_at_class(D)

# An own __getattribute__ comes first.
class Own:
    x = 1
    def __getattribute__(self, name):
        if name == 'x':
            return 'mine'
        return object.__getattribute__(self, name)
    def __getattr__(self, name):
        return 'hook ' + name
def get(o):
    return o.x, o.y
o = Own()
print([get(o) for _ in range(12)][-1])
class Plain:
    x = 1
    def __getattr__(self, name):
        return 'hook ' + name
o = Plain()
for k in range(24):
    if k == 12:
        Plain.__getattribute__ = Own.__getattribute__
    r = get(o)
    if k in (0, 11, 12, 23):
        print(k, r)

# Stores to objects whose attributes are in a dict.
def counted():
    counted.calls += 1
    counted.last = counted.calls
counted.calls = 0
for k in range(30):
    counted()
    if k == 10:
        del counted.last
    if k == 20:
        counted.__dict__ = {'calls': 100}
print(counted.calls, counted.last, sorted(counted.__dict__))
class Box:
    pass
b = Box()
b.__dict__[1] = 2
b.v = 0
def bump(b):
    b.v += 1
    return b.v
print([bump(b) for _ in range(20)][-1])
Box.v = property(lambda self: 40, lambda self, v: print('set', v))
print(bump(b), b.__dict__)
del Box.v
print(bump(b), b.__dict__)
other = Box()
other.__dict__ = {'v': 5}
print(bump(other), bump(b))

# Class patterns.
class P:
    __match_args__ = ('a', 'b')
    def __init__(self, a, b):
        self.a, self.b = a, b
class Q(P):
    __match_args__ = ('a', 'a')
class R(P):
    __match_args__ = ('a', 3)
def classify(v):
    match v:
        case R(a, b): return 'R', a, b
        case Q(a, b): return 'Q', a, b
        case P(1, b=x): return 'P1', x
        case P(x, y): return 'P', x, y
        case int(n) | float(n): return 'number', n
        case str(): return 'str'
    return None
for v in (P(1, 2), P(3, 4), 5, 2.5, 'x', None, Q(1, 2), R(1, 2)) * 2:
    try:
        print(classify(v))
    except TypeError as e:
        print(e)
