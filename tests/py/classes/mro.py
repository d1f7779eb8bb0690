"""Method resolution order: diamonds, conflicts, super chains, custom mro()."""


class A:
    def who(self): return ['A']


class B(A):
    def who(self): return ['B'] + super().who()


class C(A):
    def who(self): return ['C'] + super().who()


class D(B, C):
    def who(self): return ['D'] + super().who()


class E(C, B): pass


print(D().who(), E().who(), [k.__name__ for k in D.__mro__], [k.__name__ for k in E.mro()])


def show(f):
    try:
        print(f())
    except TypeError as e:
        print('TypeError', e)


show(lambda: type('X', (A, B), {}))
show(lambda: type('X', (D, E), {}))
show(lambda: type('X', (object, A), {}))
show(lambda: type('X', (int, A, bool), {}) )
show(lambda: [k.__name__ for k in type('X', (B, C, A), {}).__mro__])


class Meta(type):
    def mro(cls):
        r = super().mro()
        return r[:1] + [Mixin] + r[1:] if 'Mixin' in globals() else r


class Mixin:
    def extra(self): return 'from mixin'


class F(A, metaclass=Meta): pass


print(F().extra(), [k.__name__ for k in F.__mro__], F.__bases__)


class BadMro(type):
    def mro(cls):
        return [cls, 5]


show(lambda: BadMro('X', (), {}))


class BadMro2(type):
    def mro(cls):
        return 5


show(lambda: BadMro2('X', (), {}))


class G(A): pass


g = G()
G.__bases__ = (B,)
print(g.who(), [k.__name__ for k in G.__mro__])
show(lambda: setattr(G, '__bases__', (int,)))
show(lambda: setattr(G, '__bases__', (G,)))
show(lambda: setattr(A, '__bases__', (D,)))
show(lambda: setattr(G, '__bases__', [A]))
show(lambda: delattr(G, '__bases__'))
show(lambda: setattr(int, '__bases__', (object,)))
print(A.__subclasses__()[:2], G.__base__, D.__base__)


class H(D, E if False else A): pass


print(super(B, D()).who(), super(D, D).who(D()), super(C, D()).who())
show(lambda: super(D, A()).who())
show(lambda: super(B).__get__(D(), D).who())
print(repr(super(B, D())).startswith("<super: <class 'B'>, <D object"), repr(super(B)), super(B, D()).__thisclass__, super(B, D()).__self_class__)


class NoSelf:
    def m():
        return super().x

    def d(self):
        del self
        return super().x

    def nested(self):
        return [super().__init__ for _ in 'a']


show(lambda: NoSelf.m())
for f in (lambda: NoSelf().d(), lambda: NoSelf().nested()):
    try:
        f()
    except (RuntimeError, TypeError) as e:
        print(type(e).__name__, e)


def outside(self):
    return super().who()


G.out = outside
g.out()
