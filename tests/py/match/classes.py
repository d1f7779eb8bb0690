"""Class patterns: __match_args__, keywords, built-ins, dataclasses, errors."""
import dataclasses


class Point:
    __match_args__ = ('x', 'y')

    def __init__(self, x, y):
        self.x, self.y = x, y


class Point3(Point):
    __match_args__ = ('x', 'y', 'z')

    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z


class NoArgs:
    a = 1


@dataclasses.dataclass
class Data:
    name: str
    tags: list


def f(p):
    match p:
        case Point3(x, y, 0):
            return 'flat', x, y
        case Point(0, 0):
            return 'origin'
        case Point(x=0, y=y) | Point(y, 0):
            return 'axis', y
        case Point(x, y) if x == y:
            return 'diagonal', x
        case Point(Point() as inner, y):
            return 'nested', inner.x, y
        case Point():
            return 'point'
        case NoArgs(a=1):
            return 'noargs'
        case Data('n', [first, *_]):
            return 'data', first
        case Data(tags=[]):
            return 'untagged'
        case int(5) | str('five') | float(5.5) | bytes(b'5') | list([5]) | tuple((5,)) | dict({5: 5}) | set() | frozenset() | bool():
            return 'builtin'
        case type():
            return 'a class'


for p in [Point3(1, 2, 0), Point3(1, 2, 3), Point(0, 0), Point(0, 5), Point(5, 0), Point(3, 3), Point(Point(9, 9), 1), Point(1, 2), NoArgs(), Data('n', [1, 2]), Data('m', []), Data('m', [1]), 5, 'five', 5.5, b'5', [5], (5,), {5: 5}, {1}, frozenset(), True, int, 6, None]:
    print(type(p).__name__, f(p))


def show(source, **names):
    try:
        exec(source, {'Point': Point, 'NoArgs': NoArgs, **names})
        print('ok', source.splitlines()[1].strip())
    except Exception as e:
        print(source.splitlines()[1].strip(), '->', type(e).__name__, e)


class BadArgs:
    __match_args__ = ['x']


class BadItem:
    __match_args__ = (5,)


class Raises:
    @property
    def x(self):
        raise ValueError('x raised')


class Dup:
    __match_args__ = ('a', 'a')
    a = 1


for pattern in 'Point(1, 2, 3)', 'Point(1, x=2)', 'NoArgs(1)', 'NoArgs(1, 2)', 'int(1, 2)', 'int(real=5)', 'five()', 'NoArgs(zz=1)':
    show(f'match subject:\n  case {pattern}: pass', subject=Point(1, 2) if 'Point' in pattern else NoArgs() if 'NoA' in pattern else 5, five=5)
show('match BadArgs():\n  case BadArgs(1): pass', BadArgs=BadArgs)
show('match BadItem():\n  case BadItem(1): pass', BadItem=BadItem)
show('match Raises():\n  case Raises(x=1): pass', Raises=Raises)
show('match Dup():\n  case Dup(1, 1): pass', Dup=Dup)


class Meta(type):
    def __instancecheck__(cls, x):
        return x == 'magic'


class Magic(metaclass=Meta):
    pass


match 'magic':
    case Magic():
        print('instancecheck used')


class Sub(int):
    pass


match Sub(3):
    case int(n):
        print(type(n).__name__, n)


class Map(dict):
    def __missing__(self, k):
        return 'missing'

    def get(self, k, d=None):
        print('get', k)
        return super().get(k, d)


match Map(a=1):
    case {'b': _}:
        print('wrong')
    case {'a': x, **rest}:
        print(x, rest)
match Point(1, 2):
    case Point(a, b, c, d):
        pass
