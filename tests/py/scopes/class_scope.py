"""Names in class bodies: what they see, what comprehensions and lambdas in them see."""
x = 'global'
y = 'gy'


def f():
    x = 'local'

    class C:
        before = x
        x = 'class'
        after = x
        items = [i for i in range(3)]
        first = [len(x) for x in 'ab']

        def m(self):
            return x
    return C.before if True else 0, C.after, C().m(), C.first


try:
    print(f())
except NameError as e:
    print(type(e).__name__, e)


class D:
    x = x
    z = 1
    listed = [x for x in 'pq']
    outer_iter = [i for i in range(z + 1)]
    try:
        inner = [z for _ in 'a']
    except NameError as e:
        error = str(e)
    fn = lambda self: x
    del z


print(D.x, D.listed, D.outer_iter, D.error, D().fn(), hasattr(D, 'z'), hasattr(D, 'e'))


class E:
    global made
    made = 'in global'
    locals()['dynamic'] = 5
    exec('executed = 6')
    names = sorted(n for n in locals() if not n.startswith('__'))


print(made, E.dynamic, E.executed, E.names, E.__qualname__, E.__module__)


class F:
    def __secret(self):
        return 'mangled'

    __attr = 1

    def get(self):
        return self.__secret(), self.__attr, [self.__attr for _ in 'a'], (lambda: self.__attr)()

    def kwargs(self, __kw=2):
        __local = __kw
        return locals()

    class __Inner:
        pass
    import os as __os


print(F().get(), sorted(k for k in F.__dict__ if 'F__' in k), sorted(F().kwargs()) )
try:
    F().__secret
except AttributeError as e:
    print(e)


def g():
    v = 1

    class G:
        nonlocal v
        v = 2
        w = v
    return v, G.w, hasattr(G, 'v')


print(g())


def h():
    class H:
        def name(self):
            return __class__.__name__, self.__class__ is __class__

        @staticmethod
        def stat():
            return __class__.__qualname__
    return H


print(h()().name(), h().stat())


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases):
        class Names(dict):
            def __missing__(self, key):
                if key.startswith('auto'):
                    return key.upper()
                raise KeyError(key)
        return Names()


class Auto(metaclass=Meta):
    a = auto_one
    b = auto_two + y


print(Auto.a, Auto.b)


class Fail(metaclass=Meta):
    c = missing_name
