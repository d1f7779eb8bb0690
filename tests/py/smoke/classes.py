"""Classes, inheritance, special methods."""


class Shape:
    count = 0

    def __init__(self, name):
        self.name = name
        Shape.count += 1

    def area(self):
        return 0

    def __repr__(self):
        return f'<{type(self).__name__} {self.name} {self.area():g}>'

    def __lt__(self, other):
        return self.area() < other.area()

    def __eq__(self, other):
        return isinstance(other, Shape) and self.area() == other.area()

    def __hash__(self):
        return hash(self.area())


class Square(Shape):
    def __init__(self, name, side):
        super().__init__(name)
        self.side = side

    def area(self):
        return self.side ** 2

    @property
    def perimeter(self):
        return 4 * self.side

    @classmethod
    def unit(cls):
        return cls('unit', 1)

    @staticmethod
    def corners():
        return 4


class Circle(Shape):
    def __init__(self, name, r):
        super().__init__(name)
        self.r = r

    def area(self):
        return 3 * self.r ** 2


shapes = [Square('a', 3), Circle('b', 2), Square.unit(), Square('d', 3)]
print(shapes, sorted(shapes), Shape.count)
print(shapes[0] == shapes[3], shapes[0] is shapes[3], len(set(shapes)), shapes[0].perimeter, Square.corners())
print(isinstance(shapes[1], Shape), issubclass(Circle, Square), Circle.__mro__[1].__name__)
shapes[0].extra = 'new'
print(shapes[0].__dict__, hasattr(shapes[1], 'extra'), getattr(shapes[1], 'extra', 'none'))
del shapes[0].extra
try:
    shapes[0].extra
except AttributeError as e:
    print(e)
try:
    shapes[0].perimeter = 5
except AttributeError as e:
    print(e)
