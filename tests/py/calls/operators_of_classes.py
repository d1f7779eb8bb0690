"""Operators between classes at sites that see many pairs: who is asked first, what follows NotImplemented, in-place methods, != by __eq__."""
import operator

log = []


def make(name, bases=(), **answers):
    """A class whose methods note that they were asked. An answer NotImplemented is given as such."""
    body = {}
    for method, answer in answers.items():
        def m(self, other, method=method, answer=answer):
            log.append(f'{name}.{method}')
            return answer
        # exactly two parameters, as the caches want them
        exec(f'def f(self, other): return m(self, other)', {'m': m}, scope := {})
        body[f'__{method}__'] = scope['f']
    return type(name, bases, body)


NI = NotImplemented
Plain = make('Plain')
Adds = make('Adds', add='added', sub=NI)
AddsAll = make('AddsAll', add='add', radd='radd', iadd='iadd', mul=NI, rmul='rmul', eq=True)
Refuses = make('Refuses', add=NI, radd=NI, iadd=NI, eq=NI, ne=NI, lt=NI, mul=NI, rmul=NI)
Child = make('Child', (AddsAll,), radd='child radd', eq=False)
PlainChild = make('PlainChild', (AddsAll,))
OnlyRight = make('OnlyRight', radd='right', rmul='right', rsub='right')
Truthy = make('Truthy', eq=[], lt='yes', gt='', ne=[1])
EqOnly = make('EqOnly', eq=0)
InPlaceOnly = make('InPlaceOnly', iadd='in place', isub=NI, imul=None)
classes = [Plain, Adds, AddsAll, Refuses, Child, PlainChild, OnlyRight, Truthy, EqOnly, InPlaceOnly]
values = [c() for c in classes] + [1, 2 ** 80, 1.5, None, 'text', [1], (2,)]


def ask(f, *args):
    log.clear()
    try:
        r = f(*args)
    except TypeError as e:
        r = f'TypeError: {e}'
    return r if type(r) in (str, int, bool, type(None), float, list, tuple) else type(r).__name__, list(log)


def add(a, b): return a + b
def sub(a, b): return a - b
def mul(a, b): return a * b
def eq(a, b): return a == b
def ne(a, b): return a != b
def lt(a, b): return a < b
def gt(a, b): return a > b
def if_ne(a, b):
    if a != b:
        return 'differ'
    return 'same'
def while_lt(a, b):
    while a < b:
        return 'less'
    return 'not less'
def iadd(a, b):
    a += b
    return a
def isub(a, b):
    a -= b
    return a
def imul(a, b):
    a *= b
    return a
def add_one(a, b): return a + 1
def iadd_one(a, b):
    a += 1
    return a


functions = [add, sub, mul, eq, ne, lt, gt, if_ne, while_lt, iadd, isub, imul, add_one, iadd_one]
for turn in range(3):
    table = [ask(f, a, b) for f in functions for a in values for b in values if type(a) in classes or type(b) in classes]
    if turn == 0:
        first = table
    print(table == first, len(table))
for f in functions:
    for a in values[:10]:
        for b in values:
            r, who = ask(f, a, b)
            print(f.__name__, type(a).__name__, type(b).__name__, r, ' '.join(who))

# Sites that have seen one class only.
for c in classes:
    for other in (c(), None, 3, Child()):
        o = c()
        exec('def s_ne(a, b): return a != b\ndef s_add(a, b): return a + b\ndef s_in(a, b):\n  a += b\n  return a\ndef s_if(a, b):\n  return 1 if a != b else 0', scope := {})
        for name in ('s_ne', 's_add', 's_in', 's_if'):
            results = {str(ask(scope[name], o, other)) for _ in range(12)}
            print(c.__name__, type(other).__name__, name, sorted(results))


# != whose __eq__ raises, answers something whose truth raises, recurses, is replaced.
class Raises:
    def __eq__(self, other):
        raise ValueError('eq')


class BadTruth:
    def __bool__(self):
        raise ValueError('truth')


class Answers:
    def __eq__(self, other):
        return other


class Loops:
    def __eq__(self, other):
        return self != other


def site(a, b):
    try:
        return a != b
    except (ValueError, RecursionError) as e:
        return type(e).__name__, str(e)[:20]


for _ in range(15):
    r = site(Raises(), 1), site(Answers(), BadTruth()), site(Answers(), []), site(Answers(), [1]), site(Answers(), NotImplemented)
print(r)
print(site(Loops(), 1)[0])


class Changing:
    def __eq__(self, other):
        return True


def compare_all():
    c = Changing()
    return c != 1, c != None, c != c, (1 if c != 0 else 2)


for _ in range(15):
    before = compare_all()
Changing.__ne__ = lambda self, other: 'own'
after = compare_all()
del Changing.__ne__
again = compare_all()
del Changing.__eq__
print(before, after, again, compare_all())

# The operands are released as always.
class Freed:
    def __init__(self, n): self.n = n
    def __del__(self): log.append(self.n)
    def __eq__(self, other): return self.n == other.n
    def __iadd__(self, other): return self.n + other.n
    def __add__(self, other): return NotImplemented


log.clear()
for i in range(6):
    x = Freed(i) != Freed(10)
    y = Freed(1)
    y += Freed(2)
    try:
        Freed(3) + Freed(4)
    except TypeError as e:
        pass
print(log)
