"""Recursion through isinstance, class tuples, unions, __subclasscheck__, mro, ABCs and exceptions."""
import abc


def show(name, f):
    try:
        print(name, f())
    except RecursionError as e:
        print(name, 'RecursionError', str(e)[:32])


t = (int,)
for _ in range(100_000):
    t = (t,)
show('isinstance', lambda: isinstance('x', t))
show('issubclass', lambda: issubclass(str, t))
t = (int,)
for _ in range(100):
    t = (t, str)
show('isinstance 100', lambda: isinstance(1, t))


class Meta(type):
    def __instancecheck__(cls, x):
        return isinstance(x, cls)

    def __subclasscheck__(cls, c):
        return issubclass(c, cls)


class M(metaclass=Meta):
    pass


show('instancecheck', lambda: isinstance(1, M))
show('subclasscheck', lambda: issubclass(int, M))


class A(abc.ABC):
    @classmethod
    def __subclasshook__(cls, c):
        return issubclass(c, cls)


show('subclasshook', lambda: issubclass(int, A))


class P:
    @property
    def __class__(self):
        return self.__class__


show('class property', lambda: isinstance(P(), int))


base = object
for i in range(300):
    base = type(f'C{i}', (base,), {})
print(len(base.__mro__), issubclass(base, base.__mro__[150]), isinstance(base(), base.__mro__[-2]))


def handler():
    try:
        1 / 0
    except ZeroDivisionError:
        handler()


show('in handler', handler)


def final():
    try:
        return 1
    finally:
        final()


show('in finally', final)
depth = 0


def recover():
    global depth
    depth += 1
    try:
        recover()
    except RecursionError:
        return


recover()
print(depth > 900)
isinstance(1, (str, 5))
