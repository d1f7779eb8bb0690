"""Unary operators, truth, containment, calls and subscripts on what doesn't support them."""


class Nothing:
    pass


class BadBool:
    def __bool__(self):
        return 3


class BadIndex:
    def __index__(self):
        return 'x'


class BadContains:
    def __contains__(self, x):
        return 7


def attempt(text, **names):
    try:
        print(text, '->', eval(text, names))
    except Exception as e:
        print(text, '->', type(e).__name__, '|', e)


values = dict(n=None, s='s', b=b'b', t=(1,), l=[1], d={}, f=1.5, c=1j, o=Nothing(), k=Nothing, g=len, r=range(2), e=...)
for name in values:
    for pattern in '-{}', '+{}', '~{}', '{}()', '{}[0]', '{}["k"]', '{}[1:2]', '1 in {}', '{}.nope', '*{},', '[1, 2][{}]', '"ab"[{}]', 'b"ab"[{}]', '(1, 2)[{}]', '{{**{}}}':
        text = pattern.format(name)
        if text == 'r[1:2]' or text.startswith('*s'):
            continue
        try:
            value = eval(text, dict(values))
            print(text, '->', type(value).__name__)
        except Exception as e:
            print(text, '->', type(e).__name__, '|', e)
attempt('not x', x=BadBool())
attempt('x and 1', x=BadBool())
attempt('bool(x)', x=BadBool())
attempt('[1][x]', x=BadIndex())
attempt('range(x)', x=BadIndex())
attempt('2 in x', x=BadContains())
attempt('"a" * x', x=BadIndex())
attempt('"%d" % x', x=BadIndex())
attempt('hex(x)', x=BadIndex())
for statement in ['x = o; x[0] = 1', 'x = o; del x[0]', 'x = t; x[0] = 1', 'x = t; del x[0]', 'x = s; x[0] = 1', 'x = s; del x[0]', 'x = b; x[0] = 1', 'x = l; x["a"] = 1',
                  'x = l; del x["a"]', 'x = l; x[5] = 1', 'x = l; del x[5]', 'x = n; x.a = 1', 'x = n; del x.a', 'x = d; del x[1]', 'x = d; x[[]] = 1',
                  'for i in f: pass', 'a, b = f', 'a, b = t', 'a, = 1, 2', 'a, *b, c = t', 'import nope_nope', 'from os import nope_nope', 'raise n', 'raise s', 'raise k',
                  'raise ValueError from s', 'with o: pass', 'with n as q: pass', 'assert n', 'assert n, "why"', 'assert not t, t', 'del undefined', 'undefined',
                  'try:\n 1/0\nexcept s: pass', 'try:\n 1/0\nexcept (ValueError, 5): pass', 'class X(n): pass', 'class X(s): pass', 'class X(l, metaclass=5): pass',
                  'x = l; x[::0]', 'x = l; x[::2] = 5', 'x = [1,2,3,4]; x[::2] = [1]', 'x = l; x[1:2] = 5', 'x = l; x["a":] = []', 'lambda: (yield)', 'f"{s:d}"', 'f"{n:>5}"', 'f"{f:s}"']:
    try:
        exec(statement, dict(values))
        print(repr(statement), 'ok')
    except Exception as e:
        print(repr(statement), type(e).__name__, '|', e)
