"""Objects that watch their own death: __del__ with attributes, subclasses, partly built instances, class deletion."""
import gc
import sys
import weakref


class Partial:
    def __init__(self, fail):
        self.a = 1
        if fail:
            raise ValueError('init failed')
        self.b = 2

    def __del__(self):
        print('del with', sorted(vars(self)))


Partial(False)
try:
    Partial(True)
except ValueError as e:
    print('failed')
print('after')


class FromNew:
    def __new__(cls):
        self = super().__new__(cls)
        self.made = True
        return self

    def __init__(self):
        raise KeyError

    def __del__(self):
        print('del of', self.made)


try:
    FromNew()
except KeyError:
    pass


class List(list):
    def __del__(self):
        print('list subclass dies with', len(self))


l = List([1, 2])
del l


class Dict(dict):
    def __del__(self):
        print('dict subclass', self)


Dict(a=1)


class Int(int):
    def __del__(self):
        print('int subclass', int(self))


Int(5) + 1
print(sum([Int(1), Int(2)]))


class Exc(Exception):
    def __del__(self):
        print('exception', self.args)


try:
    raise Exc(1)
except Exc:
    pass


class Iter:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 2:
            raise StopIteration
        return self.n

    def __del__(self):
        print('iterator after', self.n)


print(list(Iter()))
for x in Iter():
    break
print('broke')
a, b = Iter()


def scope():
    class Local:
        def __del__(self):
            print('local instance', type(self).__name__)
    obj = Local()
    return weakref.ref(Local), obj


ref, obj = scope()
del obj
gc.collect()
print(ref() is None)


class Timer:
    def __enter__(self):
        return self

    def __exit__(self, *a):
        print('exit')

    def __del__(self):
        print('timer gone')


with Timer():
    print('inside')
print('outside')
with Timer() as t:
    pass
print('kept')
t = None


class Chain:
    def __init__(self, n):
        self.next = Chain(n - 1) if n else None
        self.n = n

    def __del__(self):
        order.append(self.n)


order = []
Chain(5)
print(order)
sys.modules['__main__'].Chain(3)
print(order[6:])
del Chain.__del__
Chain(2).next.missing
