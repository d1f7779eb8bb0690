"""Descriptors: data and non-data, __set_name__, __get__ on classes, priorities, errors."""


class Data:
    def __set_name__(self, owner, name):
        print('set_name', owner.__name__, name)
        self.name = name

    def __get__(self, obj, cls=None):
        return f'get {self.name} {obj is not None} {cls.__name__ if cls else None}'

    def __set__(self, obj, value):
        print('set', self.name, value)

    def __delete__(self, obj):
        print('delete', self.name)


class NonData:
    def __get__(self, obj, cls):
        return 'non-data'


class SetOnly:
    def __set__(self, obj, value):
        obj.__dict__['s'] = value * 2


class C:
    d = Data()
    n = NonData()
    s = SetOnly()


c = C()
print(c.d, C.d, c.n, C.n)
c.d = 5
del c.d
c.__dict__['d'] = 'hidden'
c.__dict__['n'] = 'shadows'
print(c.d, c.n, type(c.s).__name__)
c.s = 3
print(c.s, c.__dict__)
del c.n
print(c.n)
C.d2 = Data()
try:
    c.d2
except AttributeError as e:
    print(e)


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e, '|', repr(e.__cause__))


class BadName:
    def __set_name__(self, owner):
        pass


class RaisingName:
    def __set_name__(self, owner, name):
        raise ValueError('set_name failed')


show(lambda: type('X', (), {'a': BadName()}))
show(lambda: type('X', (), {'a': RaisingName()}))


class BadGet:
    def __get__(self):
        pass


class RaiseGet:
    def __get__(self, obj, cls):
        raise AttributeError('from get')


class X:
    bad = BadGet()
    r = RaiseGet()

    def __getattr__(self, name):
        return f'fallback {name}'


class Y:
    r = RaiseGet()


show(lambda: X().bad)
show(lambda: X().r)
show(lambda: Y().r)
show(lambda: hasattr(Y(), 'r'))
show(lambda: getattr(Y(), 'r', 'default'))


class P:
    @property
    def a(self):
        """doc of a"""
        return self._a

    @a.setter
    def a(self, v):
        self._a = v

    @a.deleter
    def a(self):
        del self._a

    ro = property(lambda self: 1)
    wo = property(None, lambda self, v: None)


p = P()
p.a = 1
print(p.a, P.a.__doc__, P.a.fget.__name__)
del p.a
for f in (lambda: p.a, lambda: setattr(p, 'ro', 1), lambda: delattr(p, 'ro'), lambda: p.wo, lambda: setattr(P.ro, '__doc__', 'new') or P.ro.__doc__, lambda: property().__get__(1), lambda: property().__set__(1, 2), lambda: P.a.__get__(None, P) is P.a, lambda: setattr(P.a, 'fget', 1)):
    show(f)


def func(self): return self


print(func.__get__(5)(), func.__get__(None, int) is func, type(func.__get__(1)).__name__, classmethod(func).__get__(1)(), staticmethod(func).__get__(1)(2), str.upper.__get__('a')(), [].append.__self__)
show(lambda: func.__get__(None, None))
show(lambda: func.__get__())
show(lambda: str.upper.__get__(5))
p.ro = 5
