"""Every kind of call nested too deeply gives RecursionError, and the program goes on."""


def show(name, f):
    try:
        f()
        print(name, 'returned')
    except RecursionError as e:
        print(name, 'RecursionError', str(e)[:32])


def plain():
    plain()


def kwargs(**kw):
    kwargs(**kw)


def star(*args):
    star(*args)


class A:
    def method(self):
        self.method()

    def __call__(self):
        self()

    def __getattr__(self, name):
        return self.more

    @property
    def prop(self):
        return self.prop

    def __getitem__(self, i):
        return self[i]

    def __add__(self, other):
        return self + other

    def __len__(self):
        return len(self)

    def __iter__(self):
        return iter(self)

    def __contains__(self, x):
        return x in self

    def __eq__(self, other):
        return self == other

    def __bool__(self):
        return bool(self)

    def __hash__(self):
        return hash(self)

    def __str__(self):
        return str(self)

    def __format__(self, spec):
        return format(self, spec)

    def __enter__(self):
        with self:
            pass

    def __exit__(self, *a):
        pass

    def __int__(self):
        return int(self)

    def __setattr__(self, name, value):
        self.x = value

    def __delattr__(self, name):
        del self.x

    def __missing__(self):
        pass


class B:
    def __init__(self):
        B()


class N:
    def __new__(cls):
        return N()


class M(type):
    def __call__(cls):
        return cls()


class MC(metaclass=M):
    pass


class Missing(dict):
    def __missing__(self, k):
        return self[k]


a = A()
show('plain', plain)
show('kwargs', lambda: kwargs(x=1))
show('star', lambda: star(1, 2))
show('method', a.method)
show('call', a)
show('getattr', lambda: a.anything)
show('property', lambda: a.prop)
show('getitem', lambda: a[0])
show('add', lambda: a + 1)
show('len', lambda: len(a))
show('iter', lambda: iter(a))
show('contains', lambda: 1 in a)
show('eq', lambda: a == 1)
show('bool', lambda: not a)
show('hash', lambda: hash(a))
show('str', lambda: str(a))
show('format', lambda: f'{a}')
show('int', lambda: int(a))
show('setattr', lambda: setattr(a, 'q', 1))
show('delattr', lambda: delattr(a, 'q'))
show('init', B)
show('new', N)
show('metaclass', MC)
show('missing', lambda: Missing()['k'])
show('map', lambda: (f := lambda x: list(map(f, [x])))(1))
show('sorted', lambda: (f := lambda x: sorted([1], key=f))(1))
show('max', lambda: (f := lambda x: max([1], key=f))(1))
show('exec', lambda: exec('def f():\n exec("f()")\nf()', g := {}) or exec('f()', g))
show('eval', lambda: (f := lambda: eval('f()', {'f': f}))())
show('lambda', lambda: (f := lambda: f())())
show('comprehension', lambda: (f := lambda: [f() for _ in 'x'])())
show('enter', a.__enter__)
plain()
