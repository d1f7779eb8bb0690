"""What a Python function says when its arguments don't fit."""


def show(text):
    try:
        print(text, '->', eval(text))
    except TypeError as e:
        print(text, '->', e)


def none(): return ()
def one(a): return a
def two(a, b): return a, b
def three(a, b, c): return a, b, c
def defaults(a, b=2, c=3): return a, b, c
def star(a, *args): return a, args
def kw(a, **kw): return a, kw
def only(a, *, k): return a, k
def only2(*, k, m, n=3): return k, m, n
def pos(a, b, /): return a, b
def pos2(a, /, b, *, c): return a, b, c
def pos3(a=1, /, **kw): return a, kw
def many(a, b, c, d, e, f): return 1


class K:
    def method(self, a): return a
    @classmethod
    def cm(cls, a): return a
    @staticmethod
    def sm(a): return a
    def __init__(self, x=0): pass
    def __call__(self, q): return q


class L:
    def __init__(self, a, b): pass


class N:
    def __new__(cls, a): return object.__new__(cls)


for text in ['none(1)', 'none(1, 2)', 'none(x=1)', 'one()', 'one(1, 2)', 'one(1, 2, 3)', 'one(b=1)', 'one(1, a=1)', 'one(1, b=1)', 'two()', 'two(1)', 'two(b=1)', 'two(1, 2, 3)',
             'three()', 'three(1)', 'three(b=1)', 'many()', 'many(1)', 'many(1, 2, 3, 4, 5, 6, 7)', 'defaults()', 'defaults(1, 2, 3, 4)', 'defaults(b=1)', 'defaults(1, d=4)',
             'defaults(1, bb=4)', 'star()', 'star(a=1, b=2)', 'kw()', 'kw(1, 2)', 'kw(1, a=2)', 'kw(1, **{"a": 2})', 'kw(**{1: 2})', 'kw(1, **{1: 2})', 'only(1)', 'only(1, 2)', 'only()',
             'only(1, 2, k=3)', 'only(1, k=2, m=3)', 'only2()', 'only2(k=1)', 'only2(1)', 'only2(1, 2, k=1)', 'pos()', 'pos(1)', 'pos(a=1, b=2)', 'pos(1, b=2)', 'pos(1, 2, a=3)', 'pos2(1)',
             'pos2(1, 2)', 'pos2(1, 2, 3)', 'pos2(a=1, b=2, c=3)', 'pos3(a=5)', 'pos3(1, 2)', 'K().method()', 'K().method(1, 2)', 'K.method()', 'K.method(1)', 'K.cm()', 'K.cm(1, 2)', 'K.sm()',
             'K(1, 2)', 'K(y=1)', 'K()()', 'K()(1, 2)', 'L()', 'L(1)', 'L(1, 2, 3)', 'N()', 'N(1, 2)', 'N(b=1)', 'one(*5)', 'one(**5)', 'one(*[], **5)', 'one(*None)', 'one(**None)',
             'one(**{"a": 1}, **{"a": 2})', 'one(a=1, **{"a": 2})', 'kw(1, b=1, **{"b": 2})', '(lambda x, y: 0)(1)', '(lambda: 0)(1)', 'len(*5)', 'len(**{"a": 1}, **{"a": 1})',
             'K().method(**{"a": 1, "b": 2})', '5()', '"s"()', 'None()', '(1,)()', '[].append(1, 2)', 'one(*[1], *[2])']:
    show(text)
two(1, 2, *[3, 4], c=5)
