"""Classes of exceptions: __init__ without super, __str__, slots, multiple inheritance, pickling protocol, matching."""
import copy


class NoSuper(Exception):
    def __init__(self, a, b=None):
        self.a, self.b = a, b


class Str(Exception):
    def __str__(self):
        return 'custom text of ' + repr(self.args)


class Slots(Exception):
    __slots__ = ('code',)


class Multi(KeyError, AttributeError):
    pass


class MultiOS(ValueError, OSError):
    pass


class OnlyKw(Exception):
    def __init__(self, *, reason):
        super().__init__(reason)
        self.reason = reason


class New(Exception):
    def __new__(cls, *args):
        self = super().__new__(cls, 'from new')
        return self

    def __init__(self, *args):
        pass


e = NoSuper(1, b=2)
print(e.args, str(e), repr(e), e.a, e.b)
print(str(Str(1, 2)), repr(Str(1)), Slots('x').args, Multi('m'), str(MultiOS(2, 'no')), MultiOS(2, 'no').errno, OnlyKw(reason='why'), repr(New(1, 2)), New(3).args)
s = Slots()
s.code = 5
s.other = 6
print(s.code, s.__dict__)
for make in (lambda: type('X', (KeyError, OSError), {}), lambda: type('X', (OSError, SystemExit), {}), lambda: type('X', (SyntaxError, OSError), {}), lambda: type('X', (Exception, int), {}), lambda: type('X', (StopIteration, ValueError), {})):
    try:
        print(make().__mro__[1].__name__)
    except TypeError as err:
        print(err)
order = []


class Meta(type):
    def __instancecheck__(cls, x):
        order.append('instancecheck')
        return True

    def __subclasscheck__(cls, x):
        order.append('subclasscheck')
        return True


class Tricky(Exception, metaclass=Meta):
    pass


try:
    raise ValueError('v')
except Tricky:
    print('matched?')
except ValueError:
    print('only real subclasses match', order)
for kinds in (KeyError, (IndexError, LookupError)), (ArithmeticError,), ((), ValueError), (((ValueError,),),):
    try:
        try:
            raise ValueError('x')
        except kinds[0]:
            print('first')
        except kinds[-1]:
            print('last')
    except Exception as err:
        print(type(err).__name__, err)
c = copy.copy(Str('a', 1))
print(type(c).__name__, c.args, copy.copy(e).__dict__ if False else '', OSError(2, 'a', 'f').__reduce__(), Str(1).__reduce__()[1:], e.__reduce__()[1:])
for text in ["raise KeyError('k') if 1 else 0", 'raise (ValueError, 5)', 'raise ValueError, 5', "raise 'x'", 'raise None', 'raise NotImplemented', 'raise NotImplemented()', 'raise ValueError(*"ab")', 'raise type("Dyn", (Exception,), {})("d")']:
    try:
        exec(text)
    except SyntaxError as err:
        print('syntax', err.msg)
    except Exception as err:
        print(type(err).__name__, err)


class Final(Exception):
    __module__ = 'package.sub'

    def __str__(self):
        return f'{self.args[0]} of {self.args[1]}'


raise Final('part', 'whole')
