"""Methods of built-in classes taken from the class, at sites that are run often: object.__setattr__(o, ...), dict.get(d, ...), str.upper(s);
names that the metaclass has as well; classes that change."""


class Point:
    def __init__(self, x):
        object.__setattr__(self, 'x', x)

    def __setattr__(self, name, value):
        raise AttributeError(name)


class Meta(type):
    def __repr__(cls):
        return 'meta repr'

    def shared(cls):
        return 'of the metaclass'

    def only_meta(cls):
        return 'only there', cls.__name__


class Both(metaclass=Meta):
    def __repr__(self):
        return 'own repr'

    def shared(self):
        return 'of the class'


class Sub(dict):
    def get(self, key, default=None):
        return 'sub', dict.get(self, key, default)


def attempt(f, *args):
    try:
        return f(*args)
    except (TypeError, AttributeError) as e:
        return type(e).__name__, str(e)


def use(o, d):
    return (Point(o).x is o, dict.get(d, 'a'), str.upper('text'), list.__len__([1, 2]), object.__repr__(o)[:7], int.__add__(1, 2),
            type.__call__(Point, 3).x, object.__eq__(o, o), str.join('-', 'ab'), Sub(d).get('a'), Both.shared(Both()), Both.only_meta(),
            Both.__repr__(Both()), type.__repr__(Both)[:6], dict.__contains__(d, 'a'), object.__hash__(o) == hash(o))


def wrong():
    return attempt(lambda: str.upper(1)), attempt(lambda: dict.get({})), attempt(lambda: list.__len__(())), attempt(lambda: object.__setattr__(1, 'a', 2)), \
        attempt(lambda: object.__setattr__('x'))


o = object()
for i in range(60):
    r = use(o, {'a': i}), wrong()
print(r)

# The metaclass gets a data descriptor of that name, and loses it.
Meta.shared = property(lambda cls: lambda o: 'property of the metaclass')
with_property = use(o, {'a': 1})[10]
Meta.shared = lambda cls: 'again'
again = use(o, {'a': 1})[10]
del Both.shared
meta_only = attempt(use, o, {'a': 1})
Both.shared = str.upper
print(with_property, again, meta_only, attempt(use, o, {'a': 1}))
Both.shared = lambda o: 'new'
print(use(o, {'a': 1})[10])
