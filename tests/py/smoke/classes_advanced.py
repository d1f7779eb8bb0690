"""Properties, slots, dunder methods, context managers, iterators, class methods and abstract classes together."""
import abc


class Shape(abc.ABC):
    registry = {}

    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        Shape.registry[cls.__name__.lower()] = cls

    @abc.abstractmethod
    def area(self): ...

    @classmethod
    def make(cls, kind, *args):
        return cls.registry[kind](*args)

    def __lt__(self, other):
        return self.area() < other.area()

    def __repr__(self):
        return f'{type(self).__name__}({self.area():g})'


class Rect(Shape):
    __slots__ = ('w', 'h')

    def __init__(self, w, h):
        self.w, self.h = w, h

    def area(self):
        return self.w * self.h

    def __iter__(self):
        yield self.w
        yield self.h

    def __contains__(self, p):
        return 0 <= p[0] < self.w and 0 <= p[1] < self.h


class Square(Rect):
    def __init__(self, side):
        super().__init__(side, side)

    @property
    def side(self):
        return self.w

    @side.setter
    def side(self, v):
        if v <= 0:
            raise ValueError(f'bad side {v}')
        self.w = self.h = v


class Drawing:
    def __init__(self):
        self.shapes, self.depth = [], 0

    def __enter__(self):
        self.depth += 1
        return self

    def __exit__(self, *exc):
        self.depth -= 1
        return exc[0] is KeyError

    def __len__(self):
        return len(self.shapes)

    def __getitem__(self, i):
        return self.shapes[i]

    def __iadd__(self, shape):
        self.shapes.append(shape)
        return self


d = Drawing()
d += Shape.make('square', 3)
d += Shape.make('rect', 2, 5)
d += Square(1)
print(d.shapes, sorted(d.shapes), max(d), len(d), d[1:], [*d[1]], (1, 4) in d[1], (2, 0) in d[1], sum(s.area() for s in d))
d[0].side = 10
print(d[0], d[0].side)
with d as e:
    print(e is d, d.depth)
    raise KeyError('swallowed')
print(d.depth, sorted(Shape.registry))
for bad in (lambda: Shape(), lambda: setattr(d[0], 'side', -1), lambda: Shape.make('circle'), lambda: Rect(1), lambda: d[9], lambda: Square(2) < 5):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
with d:
    raise IndexError('not swallowed')
