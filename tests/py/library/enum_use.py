"""enum: members, aliases, auto, flags, lookups, iteration, errors."""
import enum
from enum import Enum, Flag, IntEnum, IntFlag, auto, unique


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class Color(Enum):
    RED = 1
    GREEN = 'g'
    CRIMSON = 1

    def describe(self):
        return f'{self.name} is {self.value}'

    @classmethod
    def default(cls):
        return cls.GREEN


class Num(IntEnum):
    ONE = auto()
    TWO = auto()
    TEN = 10
    ELEVEN = auto()


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    RW = R | W


class Bits(IntFlag):
    A = 1
    B = 2
    C = 4


class Planet(Enum):
    EARTH = (5.97, 6.37)
    MARS = (0.64, 3.39)

    def __init__(self, mass, radius):
        self.mass, self.radius = mass, radius

    @property
    def density(self):
        return round(self.mass / self.radius, 3)


class Word(str, Enum):
    HELLO = 'hello'

    @staticmethod
    def _generate_next_value_(name, start, count, last):
        return name.lower()
    BYE = auto()


print(Color.RED, repr(Color.RED), Color('g'), Color['GREEN'], Color.CRIMSON is Color.RED, Color.CRIMSON.name, list(Color), len(Color), Color.RED in Color, Color.__members__.keys(), Color.RED.describe(), Color.default(), Color.RED == 1, Color.RED != Color.GREEN, hash(Color.RED) == hash('RED'), isinstance(Color.RED, Color), bool(Color.RED))
print(Num.ONE, repr(Num.TWO), Num.TWO + 1, Num.ELEVEN, Num(10), Num.ONE < Num.TWO, sorted(Num, reverse=True)[0], f'{Num.ONE}', f'{Num.ONE:03d}', '%d' % Num.TWO, [10, 20, 30][Num.ONE], str(Num.ONE), format(Color.RED))
print(Perm.R | Perm.W, repr(Perm.RW), Perm.R in Perm.RW, Perm.X in Perm.RW, ~Perm.R, Perm(0), repr(Perm(0)), bool(Perm(0)), Perm.R & Perm.W, Perm.R ^ Perm.RW, list(Perm.RW), len(Perm.RW), Perm(7), Perm['X'], list(Perm))
print(Bits.A | Bits.B, Bits.A | 8, repr(Bits(12)), Bits.A + 1, ~Bits.A, Bits(0), Bits.A | Bits.B == 3, list(Bits(5)), Bits.A & 3)
print(Planet.EARTH.density, Planet((0.64, 3.39)), Planet.MARS.value, Word.HELLO.upper(), Word.HELLO == 'hello', str(Word.HELLO), f'{Word.HELLO}', Word.BYE.value, Word('hello') is Word.HELLO)
for f in (lambda: Color(5), lambda: Color['BLUE'], lambda: Color.BLUE, lambda: setattr(Color, 'RED', 2), lambda: delattr(Color, 'RED'), lambda: Color.RED < Color.GREEN, lambda: Color.RED.RED if False else Color.RED.value, lambda: Color(), lambda: Num(99), lambda: Perm(64), lambda: Perm.R | 1, lambda: Bits('x'), lambda: 1 in Color, lambda: setattr(Color.RED, 'value', 5), lambda: setattr(Color.RED, 'name', 'x'), lambda: Color.RED + 1, lambda: type('Sub', (Color,), {}), lambda: Enum('Fn', 'A B C').C, lambda: list(Enum('Fn2', {'X': 5, 'Y': 6})), lambda: Enum('Fn3', [('P', 1), ('Q', 1)]).Q, lambda: Color.__call__ and Color._member_names_, lambda: Color.RED._value_, lambda: enum.Enum('Bad', 'mro')):
    show(f)


def make(body, base='Enum'):
    ns = dict(vars(enum))
    exec(f'class E({base}):\n{body}', ns)
    return list(ns['E'])


show(lambda: make(' A = 1\n A = 2'))
show(lambda: make(' _sunder_ = 1'))
show(lambda: make(' A = 1\n def A(self): pass'))
show(lambda: make(' __private = 1\n B = 2'))
show(lambda: make(' A = []\n B = []\n C = [1]'))
show(lambda: make(' A = 1\n B = True'))
show(lambda: make(' _ignore_ = ["tmp"]\n tmp = 5\n A = tmp'))
show(lambda: make(' A = auto()\n B = "x"\n C = auto()'))
show(lambda: make(' A, B = 1, 2'))
show(lambda: make(' A = "x"', 'IntEnum'))
show(lambda: make(' A = 3\n B = 8', 'Flag'))
show(lambda: unique(Color))
show(lambda: enum.verify(enum.CONTINUOUS)(Num))


class Missing(Enum):
    A = 1

    @classmethod
    def _missing_(cls, value):
        return cls.A if value == 'a' else None


class BadMissing(Enum):
    A = 1

    @classmethod
    def _missing_(cls, value):
        return 5


show(lambda: Missing('a'))
show(lambda: Missing('b'))
show(lambda: BadMissing('b'))
import copy
print(copy.copy(Color.RED) is Color.RED, copy.deepcopy(Color.RED) is Color.RED, Color.RED.__reduce_ex__(2)[1], {Color.RED: 1}[Color.CRIMSON], Color.__doc__, Color.RED.__class__.__name__, dir(Color)[:3], enum.member, enum.nonmember) if False else print({Color.RED: 1}[Color.CRIMSON], Color.RED.__class__.__name__, copy.deepcopy(Color.RED) is Color.RED)
match Color.RED:
    case Color.GREEN:
        print('green')
    case Color.RED:
        print('red')
Color(99)
