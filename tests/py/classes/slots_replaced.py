# The descriptor of a slot goes away, or something else takes its place, after instances were used.
def make():
    class C:
        __slots__ = ('x', 'items')
        def __init__(self):
            self.x = 1
            self.items = [1]
    return C

def use(o, v):
    try:
        o.items = v
        return o.items
    except AttributeError as e:
        return str(e)

def load(o):
    try:
        return o.items
    except AttributeError as e:
        return str(e)

def add(o):
    try:
        o.x += 1
        return o.x
    except AttributeError as e:
        return str(e)

for change in ('plain', 'delete', 'property', 'back'):
    C = make()
    o = C()
    for k in range(40):
        answers = use(o, k), load(o), add(o)
        if k in (5, 20, 21, 39):
            print(change, k, answers)
        if k == 20:
            member = C.__dict__['items']
            if change == 'plain':
                C.items = [9]
                C.x = 5
            elif change == 'delete':
                del C.items, C.x
            elif change == 'property':
                C.items = property(lambda self: 'from property')
                C.x = property(lambda self: 7, lambda self, v: None)
            else:
                del C.items
                C.items = member

# Other bases bring what hides an instance's own attribute.
class A:
    pass
class P:
    items = property(lambda self: 'of P', lambda self, v: None)
class B(A):
    pass
o = B()
for k in range(40):
    if k == 20:
        B.__bases__ = (P,)
    answers = use(o, k), load(o)
    if k in (19, 20, 39):
        print(k, answers, o.__dict__)
class Q(A):
    pass
class R(Q):
    pass
o = R()
for k in range(40):
    if k == 20:
        Q.__bases__ = (P,)
    answers = use(o, k), load(o)
    if k in (19, 20, 39):
        print(k, answers, o.__dict__)
