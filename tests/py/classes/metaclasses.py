"""Metaclasses: __prepare__, __new__, __init__, __call__, conflicts, keywords, attributes."""


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print('prepare', name, [b.__name__ for b in bases], kw)
        return {'prepared': True}

    def __new__(mcs, name, bases, ns, **kw):
        print('new', name, sorted(k for k in ns if not k.startswith('__')))
        return super().__new__(mcs, name, bases, ns)

    def __init__(cls, name, bases, ns, **kw):
        print('init', name, kw)
        super().__init__(name, bases, ns)

    def __call__(cls, *args):
        print('call', cls.__name__, args)
        return super().__call__(*args)

    def method(cls):
        return f'meta method of {cls.__name__}'

    @property
    def prop(cls):
        return 'meta prop'

    def __len__(cls):
        return 42

    def __getattr__(cls, name):
        return f'meta getattr {name}'

    def __iter__(cls):
        return iter('meta')

    def __contains__(cls, x):
        return x == 'in'

    def __repr__(cls):
        return f'<Meta {cls.__name__}>'

    def __getitem__(cls, k):
        return ('item', k)


class A(metaclass=Meta, flag=1):
    x = 1

    def __init__(self, *a):
        print('A init', a)


class B(A, other=2):
    pass


a = A(1, 2)
print(A.method(), A.prop, len(A), A.zzz, list(A), 'in' in A, A, B, A['k'], A.prepared, type(B) is Meta)
for f in (lambda: a.method(), lambda: len(a), lambda: a.zzz, lambda: a.prop, lambda: iter(a)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class Meta2(type):
    pass


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class A2(metaclass=Meta2):
    pass


def conflict():
    class C(A, A2):
        pass


def bad_prepare():
    class M(type):
        @classmethod
        def __prepare__(mcs, name, bases):
            return 5

    class C(metaclass=M):
        pass


def func_meta():
    class C(metaclass=lambda name, bases, ns: (name, bases, sorted(ns))):
        y = 1
    return C


def not_callable():
    class C(metaclass=5):
        pass


def no_kw():
    class C(x=1):
        pass


def kw_type():
    class C(metaclass=type, x=1):
        pass


def new_returns():
    class M(type):
        def __new__(mcs, *a):
            return 'a string'

    class C(metaclass=M):
        pass
    return C


def derived():
    class M1(type): pass
    class M2(M1): pass
    class P(metaclass=M1): pass
    class Q(metaclass=M2): pass
    class R(P, Q): pass
    return type(R).__name__, type(type('S', (P, Q), {})).__name__


for f in conflict, bad_prepare, func_meta, not_callable, no_kw, kw_type, new_returns, derived:
    show(f)


class Singleton(type):
    instances = {}

    def __call__(cls, *a):
        if cls not in cls.instances:
            cls.instances[cls] = super().__call__(*a)
        return cls.instances[cls]


class S(metaclass=Singleton):
    pass


print(S() is S(), type.__call__(S) is S(), isinstance(S, Singleton), type(Singleton))


class NoInst(type):
    def __call__(cls):
        raise TypeError(f'{cls.__name__} has no instances')


class N(metaclass=NoInst): pass


show(type)
show(lambda: type.__new__(type))
show(lambda: type.__new__(int, 'X', (), {}))
show(lambda: type.__init__(A2, 1))
N()
