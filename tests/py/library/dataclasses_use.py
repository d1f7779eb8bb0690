"""dataclasses: fields, defaults, ordering, frozen, inheritance, slots, errors."""
import dataclasses
from dataclasses import dataclass, field


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


@dataclass
class Point:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, repr=False, compare=False)


@dataclass(order=True, frozen=True)
class Version:
    major: int
    minor: int = 0
    label: str = field(default='', compare=False)


@dataclass
class Point3(Point):
    z: int = 9

    def __post_init__(self):
        self.total = self.x + self.y + self.z


@dataclass(slots=True, kw_only=True)
class Slotted:
    a: int
    b: str = 'b'


p = Point(1, 2)
print(p, p == Point(1, 2), p == Point(1, 3), p != 5, Point(1).tags is Point(1).tags, Point3(1, 2), Point3(1).total, Slotted(a=1), Slotted.__slots__, Point.__match_args__)
print(Version(1, 2) < Version(1, 10), sorted([Version(2), Version(1, 5), Version(1)]), Version(1, 0, 'x') == Version(1, 0, 'y'), hash(Version(1)) == hash(Version(1)), {Version(1): 'v'}[Version(1)])
print(dataclasses.asdict(Point3(1, 2, [3])), dataclasses.astuple(Point(1, 2, ['a'])), dataclasses.replace(p, y=5), [f.name for f in dataclasses.fields(Point3)], dataclasses.is_dataclass(p), dataclasses.is_dataclass(Point), dataclasses.is_dataclass(5), dataclasses.make_dataclass('Made', ['a', ('b', int, 5)])(1))
show(lambda: Point())
show(lambda: Point(1, 2, 3, 4))
show(lambda: Point(z=1))
show(lambda: Slotted(1))
show(lambda: setattr(Version(1), 'major', 2))
show(lambda: delattr(Version(1), 'major'))
show(lambda: setattr(Slotted(a=1), 'c', 2))
show(lambda: hash(p))
show(lambda: Version(1) < 5)
show(lambda: p < p)
show(lambda: dataclasses.replace(p, nope=1))
show(lambda: dataclasses.fields(5))
show(lambda: dataclasses.asdict(Point))
show(lambda: dataclasses.field(default=1, default_factory=list))


def bad(body, **kw):
    ns = {'dataclass': dataclass, 'field': field, 'Version': Version, 'Point': Point, 'kw': kw, 'dataclasses': dataclasses}
    exec(f'@dataclass(**kw)\n{body}', ns)
    return 'made'


show(lambda: bad('class A:\n x: int = 1\n y: int'))
show(lambda: bad('class A:\n x: list = []'))
show(lambda: bad('class A:\n x: dict = {}'))
show(lambda: bad('class A(Version):\n x: int = 1'))
show(lambda: bad('class A(Point):\n q: int = 1', frozen=True))
show(lambda: bad('class A:\n x: int\n def __lt__(self, o): pass', order=True))
show(lambda: bad('class A:\n x: int', eq=False, order=True))
show(lambda: bad('class A:\n __slots__ = ()\n x: int', slots=True))
show(lambda: bad('class A:\n x: int = field(init=False)\n y: int = 5'))
show(lambda: bad('class A:\n x: int\n _: dataclasses.KW_ONLY\n y: int = 1\n z: int'))
show(lambda: bad('class A:\n x = field()'))
show(lambda: bad('class A: pass', nope=1))


@dataclass
class Node:
    value: int
    next: 'Node' = None
    extra: dataclasses.InitVar[int] = 5
    shared: 'dataclasses.ClassVar' if False else int = 0

    def __post_init__(self, extra):
        self.value += extra


n = Node(1, Node(2))
n.next.next = n
print(n, Node(1, extra=10).value)


@dataclass(repr=False, eq=False)
class Plain:
    x: int


print(repr(Plain(1)).startswith('<__main__.Plain object'), Plain(1) == Plain(1), Plain.__doc__, Point.__doc__, Point.__init__.__annotations__)
match Point(1, 2):
    case Point(x, y):
        print(x, y)
Version(1).major = 2
