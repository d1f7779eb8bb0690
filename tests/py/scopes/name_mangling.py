"""Private names: mangling in methods, nested functions, classes, attributes, imports, keywords, slots."""


class A:
    __secret = 'a'
    __both__ = 'dunder'
    _single = 's'
    __x_ = 'mangled too'

    def __init__(self):
        self.__attr = 1
        self.__dict__['__raw'] = 2

    def get(self):
        return self.__attr, self.__secret, A.__secret, [self.__attr for _ in 'a'], (lambda: self.__attr)()

    def local(self, __arg=5):
        __loc = __arg * 2

        def inner():
            return __loc + __arg
        return inner(), sorted(locals())

    def raw(self):
        return getattr(self, '__attr', 'none'), getattr(self, '_A__attr'), self.__dict__['__raw']

    def other(self, o):
        return o.__attr

    def keyword(self):
        return dict(__k=1), (lambda **kw: kw)(__z=2)

    def global_name(self):
        global __made
        __made = 'global'
        return __made

    def delete(self):
        del self.__attr

    def fstring(self):
        return f'{self.__secret}{__name__}'

    class __Inner:
        __deep = 'd'

        def get(self):
            return self.__deep

    def inner(self):
        return self.__Inner().get(), self.__Inner.__name__, self.__Inner.__qualname__


class B(A):
    __secret = 'b'

    def get_b(self):
        return self.__secret, self._A__secret, hasattr(self, '_B__attr')


class _Lead:
    __x = 1


class __Dunder:
    __y = 2


class ___:
    __z = 3


a = A()
print(a.get(), a.local(), a.raw(), a.other(A()), a.keyword(), a.global_name(), a.fstring(), a.inner(), a.__both__, A._A__x_)
print(sorted(k for k in vars(A) if 'secret' in k or 'Inner' in k), vars(a), B().get(), B().get_b())
print([k for k in vars(_Lead) if 'x' in k.lower() and 'Lead' in k], [k for k in vars(globals()['__Dunder']) if k.endswith('y')], [k for k in vars(___) if k.endswith('z')], '_A__made' in globals(), '__made' in globals())


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


show(lambda: a.__secret)
show(lambda: A.__secret)
show(lambda: a.other(5))
show(lambda: a.local(__arg=1))
show(lambda: a.local(_A__arg=1))
a.delete()
show(a.get)


class S:
    __slots__ = ('__hidden', 'shown')

    def __init__(self):
        self.__hidden = 1


print(S()._S__hidden, [n for n in dir(S) if 'hidden' in n])


class Outer:
    def m(self):
        class Inner:
            def n(self):
                return self.__q
        return Inner()


show(lambda: Outer().m().n())


class Ann:
    __a: int = 1
    b: '__c' = 2


print(Ann.__annotations__)


class Imp:
    import os as __os
    from sys import path as __path

    def get(self):
        return self.__os.__name__, isinstance(Imp.__path, list)


print(Imp().get())
setattr(a, '__direct', 1)
print(getattr(a, '__direct'), vars(a))


class Exc:
    def m(self):
        try:
            raise ValueError('v')
        except ValueError as __e:
            kept = str(__e)
        with open('/dev/null') as __f:
            pass
        for __i in range(2):
            pass
        return kept, sorted(k for k in locals() if 'Exc' in k)


print(Exc().m())
a.other(B)
