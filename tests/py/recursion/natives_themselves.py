# What calls itself through natives alone ends in a RecursionError.
import functools, operator, types

def outcome(f):
    try:
        f()
    except RecursionError:
        return 'RecursionError'
    except Exception as e:
        return type(e).__name__
    return 'ends'

def again(name, value, use):
    """use(instance of a class whose attribute `name` is value(class, instance))"""
    class C:
        pass
    c = C()
    setattr(C, name, value(C, c))
    print(name, outcome(lambda: use(C, c)))

again('__new__', lambda C, c: C, lambda C, c: C())
again('__init__', lambda C, c: C, lambda C, c: C())
again('__call__', lambda C, c: c, lambda C, c: c())

again('__getattr__', lambda C, c: types.MethodType(getattr, c), lambda C, c: c.missing)
again('__getattribute__', lambda C, c: types.MethodType(getattr, c), lambda C, c: c.missing)
again('__setattr__', lambda C, c: types.MethodType(setattr, c), lambda C, c: setattr(c, 'a', 1))
again('__delattr__', lambda C, c: types.MethodType(delattr, c), lambda C, c: delattr(c, 'a'))
again('__len__', lambda C, c: types.MethodType(len, c), lambda C, c: len(c))
again('__hash__', lambda C, c: types.MethodType(hash, c), lambda C, c: hash(c))
again('__iter__', lambda C, c: types.MethodType(iter, c), lambda C, c: iter(c))
again('__next__', lambda C, c: types.MethodType(next, c), lambda C, c: next(c))
again('__repr__', lambda C, c: types.MethodType(repr, c), lambda C, c: repr(c))
again('__str__', lambda C, c: types.MethodType(str, c), lambda C, c: str(c))
again('__format__', lambda C, c: types.MethodType(format, c), lambda C, c: format(c, ''))
again('__bytes__', lambda C, c: types.MethodType(bytes, c), lambda C, c: bytes(c))
again('__dir__', lambda C, c: types.MethodType(dir, c), lambda C, c: dir(c))
again('__int__', lambda C, c: types.MethodType(int, c), lambda C, c: int(c))
again('__index__', lambda C, c: types.MethodType(operator.index, c), lambda C, c: operator.index(c))
again('__complex__', lambda C, c: types.MethodType(complex, c), lambda C, c: complex(c))
again('__abs__', lambda C, c: types.MethodType(abs, c), lambda C, c: abs(c))
again('__neg__', lambda C, c: types.MethodType(operator.neg, c), lambda C, c: -c)
again('__round__', lambda C, c: types.MethodType(round, c), lambda C, c: round(c))
again('__length_hint__', lambda C, c: types.MethodType(operator.length_hint, c), lambda C, c: operator.length_hint(c))
again('__add__', lambda C, c: types.MethodType(operator.add, c), lambda C, c: c + 1)
again('__radd__', lambda C, c: lambda self, o: o + self, lambda C, c: 1 + c)
again('__iadd__', lambda C, c: types.MethodType(operator.iadd, c), lambda C, c: operator.iadd(c, 1))
again('__eq__', lambda C, c: types.MethodType(operator.eq, c), lambda C, c: c == 1)
again('__lt__', lambda C, c: types.MethodType(operator.lt, c), lambda C, c: c < 1)
again('__contains__', lambda C, c: types.MethodType(operator.contains, c), lambda C, c: 1 in c)
again('__getitem__', lambda C, c: types.MethodType(operator.getitem, c), lambda C, c: c[1])
again('__setitem__', lambda C, c: types.MethodType(operator.setitem, c), lambda C, c: operator.setitem(c, 1, 2))
again('__delitem__', lambda C, c: types.MethodType(operator.delitem, c), lambda C, c: operator.delitem(c, 1))
again('__divmod__', lambda C, c: types.MethodType(divmod, c), lambda C, c: divmod(c, 1))
again('__pow__', lambda C, c: types.MethodType(pow, c), lambda C, c: c ** 1)
again('__instancecheck__', lambda C, c: lambda self, o: isinstance(o, self), lambda C, c: isinstance(1, c))
again('__get__', lambda C, c: c, lambda C, c: type('D', (), {'x': c})().x)
again('__set__', lambda C, c: c, lambda C, c: setattr(type('D', (), {'x': c})(), 'x', 1))
again('__enter__', lambda C, c: C, lambda C, c: c.__enter__())

c = classmethod(len); c.__init__(c)
print('classmethod', outcome(lambda: repr(c)))
s = staticmethod(len); s.__init__(s)
print('staticmethod', outcome(lambda: s()), outcome(lambda: repr(s)))
p = property(len)
p.__init__(p)
print('property', outcome(lambda: p.__get__(1)))
class K:
    y = property(types.MethodType(getattr, types.SimpleNamespace()))
print('attrgetter', outcome(lambda: K().y))
class M:
    m = operator.methodcaller('m')
print('methodcaller', outcome(lambda: M().m(M())))
print('str', outcome(lambda: str(type('R', (), {'__repr__': lambda self: str(self)})())))
m = map(lambda v: next(m), [1] * 5)
print('map', outcome(lambda: next(m)))
class It:
    def __iter__(self): return self
i = It()
It.__next__ = types.MethodType(next, i)
print('next', outcome(lambda: list(i)), outcome(lambda: max(i)), outcome(lambda: list(zip(i))), outcome(lambda: list(map(int, i))))
k = functools.cmp_to_key(lambda a, b: k(a) < k(b))
print('key', outcome(lambda: k(1) < k(2)))
r = functools.reduce
print('reduce', outcome(lambda: r(lambda a, b: r(a, b), [1, 2, 3])))
