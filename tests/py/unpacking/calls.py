"""Argument unpacking: order, duplicates, mappings, defaults evaluated once, keyword order."""


def f(*args, **kwargs):
    return args, kwargs


print(f(*[1, 2], 3, *'ab', x=1, **{'y': 2}, z=3, **{'w': 4}))
print(f(*(), **{}), f(**{'a b': 1, '': 2}), f(*range(3), *[]), f(*{'k': 1}), f(*(i for i in 'gen')))
log = []


def t(n):
    log.append(n)
    return n


def seq(n):
    log.append(n)
    return [n]


def mapping(n):
    log.append(n)
    return {'k%d' % n: n}


print(t(f)(t(1), *seq(2), t(3), *seq(4), a=t(5), **mapping(6), b=t(7), **mapping(8)), [x for x in log if x is not f])


class Map:
    def __init__(self, **kw):
        self.kw = kw

    def keys(self):
        return self.kw.keys()

    def __getitem__(self, k):
        print('get', k, end=' ')
        return self.kw[k]


print(f(**Map(a=1, b=2)))
print({**Map(c=3)}, dict(Map(d=4), e=5))


def default(a, b=[], *, c={}):
    b.append(a)
    c[a] = len(b)
    return b, c


print(default(1), default(2), default(3, []), default(4, c={}))
print(default.__defaults__, default.__kwdefaults__)
default.__defaults__ = (['new'],)
default.__kwdefaults__ = None


def show(text):
    try:
        print(text, eval(text))
    except TypeError as e:
        print(text, '->', e)


show('default(1, c={})')
show('default(1)')
show('f(**Map(a=1), a=2)')
show('f(**{"a": 1}, **{"a": 2})')
show('f(a=1, **{"a": 1})')
show('f(*5)')
show('f(**5)')
show('f(**[1])')
show('f(**None)')
show('f(**{1: 2})')
show('f(*[1], **{"x": 1}, **{2: 3})')
show('print(1, **{"sep": "", "end": "."})')
show('"{a}".format(**Map(a=1))')
show('dict(**{"a": 1}, a=2)')
show('max(*[])')
show('max(*[3, 9])')
show('[].sort(*[1])')
show('int(*["11"], **{"base": 2})')


class K:
    def __init__(self, *a, **k):
        self.a, self.k = a, k


k = K(*[1], x=2, **{'self_': 3})
print(k.a, k.k, (lambda *a, b=1, **c: (a, b, c))(1, 2, b=3, d=4))
K(**{'self': 1})
