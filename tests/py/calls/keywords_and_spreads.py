"""Calls with keywords, defaults, *args and **kwargs at sites that have seen other callees before: everything bound as the first time, every
error with its text."""
import sys


def say(f, *args, **kwargs):
    try:
        return f(*args, **kwargs)
    except TypeError as e:
        return f'TypeError: {e}'


def plain(a, b=2, c=3):
    return a, b, c


def only(a, *, k, d=5):
    return a, k, d


def only_defaults(*, x=1, y=2):
    return x, y


def extra(a, b=2, *rest, k=7, **more):
    return a, b, rest, k, sorted(more.items())


def positional(a, b, /, c=4, **more):
    return a, b, c, sorted(more.items())


def swallow(*args, **kwargs):
    return args, sorted(kwargs.items())


def names_swapped(c, b=20, a=30):
    return c, b, a


def generator(a, b=1, *, k=2):
    yield a
    yield b
    yield k


class Made:
    def __init__(self, a, b=2, *, k=3):
        self.values = a, b, k

    def __repr__(self):
        return f'Made{self.values}'

    def method(self, a=1, *rest, k=9, **more):
        return a, rest, k, sorted(more.items())


class Wrong:
    def __init__(self, a=1, *, k=2):
        return a and k


class Callable:
    def __call__(self, *args, **kwargs):
        return 'called', args, sorted(kwargs.items())


CALLEES = [plain, only, only_defaults, extra, positional, swallow, names_swapped, Made, Made(1).method, Callable(),
           lambda a, b: (a, b), lambda **kw: sorted(kw), dict, Wrong, generator]


def one_site(f):
    """The same sites for all the callees."""
    out = []
    for call in (lambda: f(1, b=5), lambda: f(1, c=5), lambda: f(a=1), lambda: f(a=1, b=2, c=3), lambda: f(c=1, b=2, a=3), lambda: f(1, k=4),
                 lambda: f(1, 2, 3, 4, k=8), lambda: f(k=1, z=3), lambda: f(1, a=2), lambda: f(x=1, y=2), lambda: f(),
                 lambda: f(1), lambda: f(1, 2), lambda: f(*(1,), **{'b': 3}), lambda: f(*(), **{}), lambda: f(*[1, 2], k=3),
                 lambda: f(**{'a': 1, 'b': 2, 'unknown': 3}), lambda: f(1, *(2, 3), **{'k': 4})):
        r = say(call)
        if hasattr(r, 'send'):
            r = list(r)
        out.append(r)
    return out


for turn in range(3):
    for f in CALLEES:
        got = one_site(f)
        if turn == 2:
            print(getattr(f, '__name__', type(f).__name__))
            for r in got:
                text = str(r)
                print('   ', text if ' at 0x' not in text else text.split(' at 0x')[0])


# The same function object changes under its sites.
def site():
    return say(lambda: changing(1, k=2))


def changing(a, k):
    return 'first', a, k


def other(k, a):
    return 'second', a, k


def third(a, *, k=0, z=9):
    return 'third', a, k, z


for _ in range(50):
    first = site()
changing.__code__ = other.__code__
second = site()
changing.__code__ = third.__code__
missing = site()
changing.__kwdefaults__ = {'z': 10}
with_z = site()
changing.__kwdefaults__ = None
print(first, second, missing, with_z, site(), sep='\n')


def defaulted(a, b=1, c=2):
    return a, b, c


def call_defaulted():
    return [say(defaulted, 0), say(lambda: defaulted(0)), say(lambda: defaulted(0, c=5)), say(lambda: defaulted(b=3, a=0))]


for _ in range(40):
    before = call_defaulted()
defaulted.__defaults__ = (7,)
one = call_defaulted()
defaulted.__defaults__ = None
none = call_defaulted()
defaulted.__defaults__ = (5, 6, 7)
print(before, one, none, call_defaulted(), sep='\n')


# What is spread isn't changed by the callee, nor seen changed by others.
def keep(**kw):
    kw['new'] = 1
    return kw


def pass_on(*args, **kw):
    result = swallow_dict(*args, **kw)
    result['added'] = len(kw)
    return sorted(kw), sorted(result)


def swallow_dict(*args, **kw):
    return kw


given = {'p': 1}
for _ in range(30):
    kept = keep(**given)
    passed = pass_on(1, q=2)
print(given, kept, passed)


class Name(str):
    pass


class Sly(str):
    def __eq__(self, other):
        return str.__eq__(self, other)

    def __hash__(self):
        return str.__hash__(self)


for key in ('b', Name('b'), Sly('b'), ''.join(['a', 'b'])[1:], 'not there', 7):
    print(repr(key), say(lambda: plain(1, **{key: 9})), say(lambda: swallow(**{key: 9})), say(lambda: Made(1, **{key: 9})))


# Objects live as long as they did: arguments move.
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(self.name)


log = []


def lets_go(a, *rest, k=None, **more):
    a = None
    log.append('a gone')
    rest = None
    log.append('rest gone')
    k = more = None
    log.append('keywords gone')


for _ in range(20):
    log.clear()
    lets_go(Noisy('a'), Noisy('r1'), Noisy('r2'), k=Noisy('k'), z=Noisy('z'))
print(log)
log.clear()
for _ in range(3):
    say(lambda: lets_go(b=Noisy('b'), a=Noisy('a'), *(1,)))
    say(lambda: plain(Noisy('x'), d=Noisy('y')))
print(log)


# Recursion through keywords and spreads ends with RecursionError.
def deep_kw(n, *, k=0):
    return deep_kw(n + 1, k=n)


def deep_spread(*args, **kw):
    return deep_spread(*args, **kw)


class Deep:
    def __init__(self, n, k=0):
        Deep(n + 1, k=n)


for f in (deep_kw, deep_spread, Deep):
    try:
        f(0)
    except RecursionError:
        print(f.__name__, 'too deep')


# Traced and profiled calls give the same.
def events(f):
    seen = []

    def watch(frame, event, arg):
        if frame.f_code.co_name in ('plain', 'extra', '__init__', 'method', 'swallow'):
            seen.append((event, frame.f_code.co_name))
    sys.setprofile(watch)
    try:
        f()
    finally:
        sys.setprofile(None)
    return seen


def several():
    plain(1, c=2)
    extra(1, k=2, z=3)
    Made(1, k=2).method(k=3)
    swallow(*(1,), **{'q': 2})


for _ in range(30):
    several()
print(events(several))


# Names and docs of functions whose code changes, and of many made from one code.
def make(n):
    def inner():
        """the doc"""
        return n
    return inner


made = [make(i) for i in range(50)]
print({f.__name__ for f in made}, {f.__qualname__ for f in made}, {f.__doc__ for f in made}, {f.__module__ for f in made})
made[0].__name__ = 'renamed'
made[1].__qualname__ = 'x.y'
made[2].__doc__ = None
made[3].__doc__ = 'mine'
del made[4].__doc__
made[5].__code__ = make(1).__code__
print([(f.__name__, f.__qualname__, f.__doc__) for f in made[:6]])


def undocumented(n):
    def inner():
        return n
    return inner


target = make(3)
target.__code__ = undocumented(4).__code__
print(target.__name__, target.__qualname__, target.__doc__, target(), undocumented(1).__doc__)
exec('def in_namespace(): pass', space := {'__name__': 'elsewhere'})
print(space['in_namespace'].__module__)
exec('def nameless(): pass', space := {})
print(space['nameless'].__module__)
