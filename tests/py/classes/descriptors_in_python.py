# Descriptors whose methods are written in Python, read and written often, and changed meanwhile.
import sys


class Field:
    def __init__(self, name):
        self.name = name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        return instance.__dict__[self.name], owner.__name__

    def __set__(self, instance, value):
        if value < 0:
            raise ValueError('negative')
        instance.__dict__[self.name] = value


class Lazy:
    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner):
        return self.function(instance)


class Record:
    width = Field('width')
    height = Field('height')

    def __init__(self, w, h):
        self.width = w
        self.height = h

    @Lazy
    def area(self):
        return self.width[0] * self.height[0]

    @property
    def scale(self):
        return self._scale

    @scale.setter
    def scale(self, value):
        self._scale = value * 2


class Kid(Record):
    pass


def use(cls, times):
    r = cls(1, 2)
    total = 0
    for i in range(times):
        r.width = i
        r.scale = i
        total += r.width[0] + r.area + r.scale
    return total, r.width, r.height


print(use(Record, 3000), use(Kid, 3000))


def refused(times):
    r = Record(1, 2)
    bad = 0
    for i in range(times):
        try:
            r.width = 5 - i % 10
        except ValueError as e:
            bad += 1
            where = e.__traceback__.tb_next.tb_frame.f_code.co_name
    return bad, where, r.width


print(refused(2000))
Field.__get__ = lambda self, instance, owner: (100, 'replaced')
print(use(Record, 10))
Field.__set__ = lambda self, instance, value: None
print(use(Record, 10))
Record.scale = Record.scale.setter(lambda self, value: setattr(self, '_scale', -value))
print(use(Record, 10))
Record.scale = property(lambda self: 1)
try:
    use(Record, 10)
except AttributeError as e:
    print(e)
Record.scale = 3
print(use(Record, 10), use(Kid, 10))
del Field.__set__
try:
    print(use(Record, 10))
except Exception as e:
    print(type(e).__name__)


class Star:
    def __get__(self, *args):
        return len(args)

    def __set__(self, *args):
        seen.append(args[1])


class Generates:
    def __get__(self, instance, owner):
        yield instance

    def __set__(self, instance, value):
        yield value


class Odd:
    star = Star()
    gen = Generates()


def odd(times):
    o = Odd()
    for i in range(times):
        o.star = i
        o.gen = i
        r = o.star, next(o.gen) is o
    return r


seen = []
print(odd(2000), len(seen))


class Hooked:
    field = Field('nothing')

    def __getattr__(self, name):
        return 'hook', name


Field.__get__ = lambda self, instance, owner: instance.missing
h = Hooked()
print([h.field for _ in range(2000)][-1])


def traced(frame, event, arg):
    if event == 'call':
        calls.append(frame.f_code.co_name)


class T:
    @property
    def p(self):
        return 1

    @p.setter
    def p(self, value):
        pass


def on_and_off(times):
    t = T()
    for i in range(times):
        if i == 1500:
            sys.settrace(traced)
        t.p = i
        t.p
        if i == 1501:
            sys.settrace(None)


calls = []
on_and_off(2000)
print(calls)
