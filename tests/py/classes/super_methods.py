"""super().method(): cooperative chains, changes of classes, shadowed names, properties, class methods, deleted self."""


class A:
    def m(self, x=0):
        return ['A', x]

    @classmethod
    def c(cls):
        return cls.__name__

    @property
    def p(self):
        return 'prop'

    @staticmethod
    def s():
        return 'static'


class B(A):
    def m(self, x=0):
        return ['B'] + super().m(x=x + 1)

    @classmethod
    def c(cls):
        return 'B:' + super().c()

    @property
    def p(self):
        return super().p.upper()

    def t(self):
        return super().s(), super().c(), super().__class__.__name__, super().__str__()[:3]


class C(A):
    def m(self, x=0):
        return ['C'] + super().m(x)


class D(B, C):
    def m(self, x=0):
        def inner():
            return super(D, self).m(x)
        return ['D'] + inner()


def factory(tag, base):
    class F(base):
        def m(self, x=0):
            return [tag] + super().m(x)
    return F


for _ in range(3):
    print(B().m(), C().m(), D().m(), B.c(), D.c(), B().p, B().t()[:3])
    chain = A
    for tag in 'uvw':
        chain = factory(tag, chain)
        print(chain().m())
A.m = lambda self, x=0: ['patched']
print(B().m(), D().m())
B.__bases__ = (C,)
print(B().m())


class Gone(A):
    def m(self, x=0):
        self = None
        try:
            return super().m()
        except TypeError as err:
            return str(err)

    def n(self):
        del self
        try:
            return super().m()
        except RuntimeError as err:
            return str(err)

    def missing(self):
        try:
            return super().nothing()
        except AttributeError as err:
            return str(err)


for _ in range(2):
    print(Gone().m(), Gone().n(), Gone().missing())


class Shadow(A):
    def m(self, x=0):
        super = lambda: self.other
        return super().m()

    class Other:
        def m(self):
            return 'other'
    other = Other()


print(Shadow().m(), Shadow().m())


class L(list):
    def append(self, x):
        super().append(x * 2)
        return super().__len__()


l = L()
print([l.append(i) for i in range(4)], l)


class Meta(type):
    def __call__(cls, *args):
        made = super().__call__(*args)
        made.tag = cls.__name__
        return made


class WithMeta(metaclass=Meta):
    def __init__(self, v):
        super().__init__()
        self.v = v


print([(WithMeta(i).tag, WithMeta(i).v) for i in range(3)])
