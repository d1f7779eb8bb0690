"""Functions, bound methods, static and class methods, equality, attributes, calling through the class."""
import types


class A:
    def m(self, x=1):
        """doc of m"""
        return self.tag, x

    @classmethod
    def c(cls, x=2):
        return cls.__name__, x

    @staticmethod
    def s(x=3):
        return x

    tag = 'A'
    builtin = len
    lam = lambda self: 'lam'
    part = print


class B(A):
    tag = 'B'


a, b = A(), B()
print(a.m(), A.m(a, 5), B.m(b), a.c(), B.c(9), A.s(), b.s(4), a.builtin('abc'), a.lam())
m = a.m
print(m == a.m, m is a.m, a.m == b.m, m.__self__ is a, m.__func__ is A.m, m.__name__, m.__doc__, m.__qualname__, m.__module__, hash(m) == hash(a.m))
print(A.c.__self__.__name__, B.c.__self__.__name__, type(A.__dict__['c']).__name__, type(A.__dict__['s']).__name__, A.__dict__['s'](7), A.__dict__['c'].__func__.__name__)
print(A.c == A.c, A.c == B.c, a.c == A.c, {a.m: 1}[a.m])


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


show(lambda: setattr(m, 'x', 1))
show(lambda: m.nope)
show(lambda: types.MethodType(5, 1))
show(lambda: types.MethodType(len, None))
show(lambda: types.MethodType(len, 'abc')())
show(lambda: types.MethodType(len))
show(lambda: A.m())
show(lambda: A.m(1))
show(lambda: a.m(1, 2))
show(lambda: a.s(1, 2))
show(lambda: A.__dict__['c']())
show(lambda: a.lam(1))
A.m.attr = 'on function'
print(m.attr, A.m.__dict__, a.m.__func__.attr)
a.m = lambda: 'shadow'
print(a.m(), A().m())
del a.m
print(a.m.__call__(7), types.MethodType(lambda s, q: (s.tag, q), b)(8), repr(m).startswith('<bound method A.m of <'), repr(A.m).startswith('<function A.m at'))
print([].append.__self__, [].append.__name__, str.join.__name__, repr(str.join), repr('x'.join).startswith('<built-in method join of str'), repr(len), type([].append).__name__, type(str.join).__name__, type(dict.fromkeys).__name__, type(dict.__dict__['fromkeys']).__name__)
print([1].append == [1].append, (l := [1]).append == l.append, 'a'.upper.__self__, str.upper('q'), dict.fromkeys('ab', 1), int.from_bytes.__self__)
show(lambda: str.upper(5))
show(lambda: list.append([], 1))
show(lambda: list.append((), 1))
show(lambda: str.join)
show(lambda: type.__call__(int, '5'))


class Callable:
    def __call__(self, *args):
        return args


class H:
    c = Callable()
    f = types.FunctionType((lambda self: 'rebuilt').__code__, {})


print(H().c(1), H().f(), H.f(5))


def f(a, b=1, *, k=2): pass


print(f.__defaults__, f.__kwdefaults__, f.__code__.co_argcount, f.__closure__, f.__annotations__, f.__dict__, f.__name__)
f.__name__ = 'renamed'
f.__qualname__ = 'Q.renamed'
show(lambda: f(z=1))
for k, v in ('__name__', 5), ('__defaults__', 5), ('__code__', 5), ('__dict__', 5), ('__kwdefaults__', 5), ('__annotations__', 5), ('__closure__', ()), ('__globals__', {}):
    show(lambda: setattr(f, k, v))
f.__code__ = (lambda a: 'new code').__code__
print(f(1))
f()
