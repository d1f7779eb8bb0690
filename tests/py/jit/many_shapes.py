# interpreter: -X jit=auto -X jit-threshold=3
# Attributes and methods at sites that see many shapes, and such that are no plain lookups.
class Base:
    kind = 'base'

    def __init__(self, **names):
        for k, v in names.items():
            setattr(self, k, v)

    def get(self):
        return self.x

    @property
    def twice(self):
        return self.x * 2

    def __getattr__(self, name):
        if name == 'missing':
            raise AttributeError(name)
        return name


classes = [type('K%d' % i, (Base,), {'m%d' % i: i}) for i in range(12)]
objects = [c(**{'a%d' % (i % 3): i, 'x': i}) for i, c in enumerate(classes)]


def x(o):
    return o.x


def call(o):
    return o.get()


def other(o):
    return o.twice, o.kind, o.nothing


def missing(o):
    try:
        return o.missing
    except AttributeError as e:
        return str(e)


for _ in range(6):
    print([x(o) for o in objects], [call(o) for o in objects], [other(o) for o in objects[:3]], missing(objects[_]))
objects[3].get = lambda: 'own'
print([call(o) for o in objects])
classes[4].get = lambda self: 'of the class'
print([call(o) for o in objects])
Base.get = lambda self: 'all'
print([call(o) for o in objects])
classes[5].x = property(lambda self: 'property')
print([x(o) for o in objects])
del objects[6].x
print([x(o) for o in objects], x(5 .__class__) if hasattr(int, 'x') else None)
for o in (1, 'a', None, 2.5, [], x):
    try:
        x(o)
    except AttributeError as e:
        print(e)
    try:
        call(o)
    except AttributeError as e:
        print(e)
