# expect: stderr-full
"""An exception while a class is being made, through __init_subclass__ and a metaclass."""


class Meta(type):
    def __new__(mcs, name, bases, ns, **kw):
        cls = super().__new__(mcs, name, bases, ns, **kw)
        mcs.check(cls)
        return cls

    def check(cls):
        for name, value in vars(cls).items():
            if name.startswith('on_') and not callable(value):
                raise TypeError(f'{cls.__name__}.{name} must be callable, not {type(value).__name__}')


class Base(metaclass=Meta):
    def __init_subclass__(cls, tag=None):
        super().__init_subclass__()
        print('new class', cls.__name__, tag)


class Good(Base, tag='g'):
    def on_event(self):
        return 1


class Bad(Base, tag='b'):
    on_event = 5
