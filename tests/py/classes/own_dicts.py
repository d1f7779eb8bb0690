# Objects whose attributes are in dicts of their own, many of them at one place.
import copy


class Bag:
    kind = 'bag'
    def __init__(self, **kw):
        self.__dict__.update(kw)
    def total(self):
        return self.a + self.b
    def late(self):
        return 'method'


def look(o):
    return o.a, o.b, o.total(), o.late(), o.kind


def change(o, v):
    o.a = v
    o.b += 1
    o.new = v
    return o.__dict__


for k in range(400):
    bags = [Bag(a=k, b=2), Bag(b=1, a=k), Bag(x=1, y=2, a=3, b=4)]
    r = [look(o) for o in bags], [dict(change(o, k)) for o in bags], [look(copy.copy(o)) for o in bags]
print(r)
# One that lacks it, one that has a method of its own, one with a value in front of the class's.
def attempt(o):
    try:
        return look(o)
    except AttributeError as e:
        return str(e)
for k in range(400):
    r = [attempt(Bag(a=1)), attempt(Bag(a=1, b=2, late=lambda: 'own')), attempt(Bag(a=1, b=2, kind='own')), attempt(Bag(a=1, b=2))]
print(r)
# Keys that are no strs, and a dict that is replaced.
def odd(k):
    o = Bag(a=1, b=2)
    o.__dict__[1] = 2
    r = look(o)
    o.__dict__ = {'a': 5, 'b': 6}
    return r, look(o), sorted(map(str, o.__dict__))
for k in range(400):
    r = odd(k)
print(r)
# The class changes: a data descriptor comes first, then goes.
Bag.a = property(lambda self: 'property')
Bag.total = lambda self: 'changed'
def again():
    return [look(Bag(a=1, b=k)) for k in range(3)]
for k in range(400):
    r = again()
print(r)
try:
    change(Bag(a=1, b=2), 3)
except AttributeError as e:
    print(str(e)[:60])
del Bag.a
print(again(), change(Bag(a=1, b=2), 3))
# Deleted attributes.
def deleted(k):
    o = Bag(a=1, b=2)
    del o.a
    try:
        return o.a
    except AttributeError as e:
        return str(e)
for k in range(400):
    r = deleted(k)
print(r)
# Modules' attributes.
import types
def module_attribute(m):
    return m.value, m.other
for k in range(400):
    m = types.ModuleType('m')
    m.value = k
    m.other = -k
    r = module_attribute(m)
print(r)
b = bytearray(range(10))
b[::3] = b'abcd'
b[1:3] = b'xyz'
print(b)
def matched(d):
    match d:
        case {'type': 'a', 'v': v}: return v
        case {'type': t, **rest}: return t, rest
        case {'x': 1}: return 'x'
    return None
for k in range(400):
    r = matched({'type': 'a', 'v': 3}), matched({'type': 'b', 'q': 1}), matched({'x': 1}), matched({}), matched({'x': 2}), matched(copy.OrderedDict if False else {1: 2})
print(r)
