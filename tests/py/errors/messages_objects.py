"""Errors of the user's own classes, one per idiom: calls, attributes, operators, iteration, context managers."""


class Dog:
    kind = 'dog'

    def __init__(self, name):
        self.name = name

    def bark(self, times):
        return 'woof ' * times

    @property
    def age(self):
        return 3

    @staticmethod
    def static(a): return a

    @classmethod
    def cm(cls, a): return a


class Puppy(Dog):
    def __init__(self):
        pass


def show(text):
    try:
        print(text, '=>', eval(text, globals()))
    except Exception as e:
        print(text, '=>', type(e).__name__, '|', e)


def run(text):
    try:
        exec(text, globals())
        print(text, '=> ok')
    except Exception as e:
        print(text, '=>', type(e).__name__, '|', e)


rex = Dog('rex')
for text in ['Dog()', 'Dog("a", "b")', 'Dog(nme="x")', 'rex.bark()', 'rex.bark(1, 2)', 'rex.bark(time=1)', 'Dog.bark(3)', 'Dog.bark()', 'rex.brak(1)', 'Dog.brak', 'rex()', 'rex.name()', 'rex.age()', 'rex + 1', '1 + rex', 'rex + rex', 'rex < rex', 'rex[0]', 'len(rex)', 'iter(rex)', 'list(rex)', 'next(rex)', '1 in rex', '-rex', 'int(rex)', 'float(rex)', 'hash(rex) == hash(rex)', 'bool(rex)', 'rex == rex', 'sorted([rex, rex])', 'max([rex, Dog("b")])', 'sum([rex])', 'range(rex)', '[1, 2][rex]', '"a" * rex', '"%d" % rex', '"{:d}".format(rex)', 'f"{rex:10}"', 'rex @ rex', 'rex ** 2', 'rex.static()', 'Dog.static(1, 2)', 'rex.cm()', 'Puppy().name', 'Puppy("x")', 'Puppy().bark', 'super(Puppy, rex)', 'isinstance(rex, rex)', 'issubclass(rex, Dog)', 'Dog.kind.foo', 'rex.__class__.missing', 'type(rex)()', 'object(1)', 'object().x', 'Dog.__init__()', 'Dog.__init__(5, "x")', 'rex.__dict__["zz"]', 'vars(5)', 'getattr(rex, 5)', 'delattr(rex, "zz")', 'callable(rex)', 'rex is Dog', 'Dog | 5', 'dict(rex)', 'dict(**rex)', 'print(*rex)', 'set([rex]) == {rex}', 'Dog[int]', 'rex.kind.upper().foo']:
    if text == 'Puppy().bark':
        text = 'Puppy().bark(2)'
    show(text)
for text in ['rex.age = 5', 'del rex.age', 'del rex.nope', 'del rex.kind', 'rex[0] = 1', 'del rex[0]', 'for x in rex: pass', 'a, b = rex', 'with rex: pass', 'raise rex', 'raise Dog', 'try:\n raise ValueError\nexcept rex: pass', 'class A(rex): pass', 'class B(Dog, object, Dog): pass', 'class C(object, Dog): pass', 'import rex', 'from rex import x', 'rex += 1', 'rex.count += 1', 'rex.name += 1', 'Dog.new = 1', 'int.new = 1', 'rex.__class__ = int', 'rex.__class__ = Puppy', 'rex.__dict__ = 5', 'assert rex.name == "max", rex.name', 'x = rex.undefined', 'del undefined', 'global_undefined', 'lambda: rex.x', '@rex\ndef f(): pass', 'class D(metaclass=rex): pass', 'class E(Dog, metaclass=int): pass', 'class F:\n __slots__ = 5', 'class G(int, str): pass', 'class H(bool): pass', 'def f(a=undefined): pass', 'async_undefined()', 'match rex:\n case Dog(a, b): pass', 'match rex:\n case undefined(): pass', '[*rex]', '{**rex}', 'print(f"{rex.zz}")']:
    run(text)
rex.bark('loud') + rex.bark
