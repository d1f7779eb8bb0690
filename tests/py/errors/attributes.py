"""AttributeError: texts, the name and obj attributes, suggestions in the traceback, and __getattr__."""
import sys
import traceback


class Point:
    kind = 'flat'

    def __init__(self):
        self.horizontal = 1
        self.vertical = 2

    def distance(self):
        return self.horizonal


class Slots:
    __slots__ = ('alpha', 'beta')


class Fallback:
    def __getattr__(self, name):
        raise AttributeError(f'custom {name}')


class Prop:
    @property
    def value(self):
        return self.missing

    @property
    def other(self):
        raise AttributeError('inside property')


def show(f):
    try:
        f()
    except Exception as e:
        traceback.print_exc(file=sys.stdout)
        print('name', repr(getattr(e, 'name', None)), 'obj', type(getattr(e, 'obj', None)).__name__)
        print()


def assign(obj, name):
    setattr(obj, name, 1)


show(lambda: Point().vertica)
show(lambda: Point().distance())
show(lambda: Point.knd)
show(lambda: Slots().alpha)
show(lambda: Slots().alhpa)
show(lambda: assign(Slots(), 'gamma'))
show(lambda: Fallback().anything)
show(lambda: Prop().value)
show(lambda: Prop().other)
show(lambda: sys.verion)
show(lambda: 'text'.uper())
show(lambda: [].apend(1))
show(lambda: (5).imagg)
show(lambda: None.strip())
show(lambda: print.foo)
show(lambda: sys.completely_unrelated_name)
show(lambda: type(Point()).distanc)
Point().zzz
