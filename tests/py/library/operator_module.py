"""operator: every function, getters, callers, errors."""
import operator as op


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


for name, args in [('add', (1, 2)), ('sub', (5, 3)), ('mul', ('a', 3)), ('truediv', (7, 2)), ('floordiv', (7, -2)), ('mod', (7, 3)), ('pow', (2, 5)), ('neg', (5,)), ('pos', (-5,)), ('abs', (-5,)), ('invert', (5,)), ('inv', (5,)), ('lshift', (1, 4)), ('rshift', (16, 2)), ('and_', (6, 3)), ('or_', (6, 3)), ('xor', (6, 3)), ('not_', ([],)), ('truth', ('x',)), ('is_', (None, None)), ('is_not', (1, None)), ('eq', (1, 1.0)), ('ne', (1, 2)), ('lt', (1, 2)), ('le', (2, 2)), ('gt', (1, 2)), ('ge', (1, 2)), ('concat', ([1], [2])), ('contains', ('abc', 'b')), ('countOf', ([1, 2, 1], 1)), ('indexOf', ([1, 2], 2)), ('getitem', ({'a': 1}, 'a')), ('index', (True,)), ('length_hint', ([1, 2],)), ('iadd', ([1], [2])), ('imul', ([1], 2)), ('iconcat', ([1], (2,))), ('ior', ({1}, {2})), ('isub', (5, 3)), ('call', (max, 3, 9)), ('matmul', (1, 2))]:
    show(lambda: getattr(op, name)(*args))
    show(lambda: getattr(op, '__' + name.strip('_') + '__')(*args) if hasattr(op, '__' + name.strip('_') + '__') else 'no dunder')
l = [1, 2, 3]
op.setitem(l, 0, 'x')
op.delitem(l, 1)
print(l)
a = op.attrgetter('real')
b = op.attrgetter('real', 'imag')
print(a(5), b(1 + 2j), op.attrgetter('__class__.__name__')('x'), op.itemgetter(1)('abc'), op.itemgetter(0, -1)([1, 2, 3]), op.itemgetter('k')({'k': 5}), op.itemgetter(slice(1, 3))('abcd'), op.methodcaller('upper')('abc'), op.methodcaller('split', ',', maxsplit=1)('a,b,c'), repr(a), repr(b), repr(op.itemgetter(1, 'x')), repr(op.methodcaller('f', 1, k=2)))
for f in (lambda: op.attrgetter(), lambda: op.attrgetter(5), lambda: op.attrgetter('nope')(1), lambda: op.attrgetter('a.b')(1), lambda: a(), lambda: a(1, 2), lambda: op.itemgetter(), lambda: op.itemgetter(5)([1]), lambda: op.itemgetter('x')([1]), lambda: op.itemgetter(0)(5), lambda: op.itemgetter(0)(), lambda: op.methodcaller(), lambda: op.methodcaller(5), lambda: op.methodcaller('nope')('x'), lambda: op.methodcaller('upper', 1)('x'), lambda: op.add(1), lambda: op.add(1, 2, 3), lambda: op.add(1, 'a'), lambda: op.concat(1, 2), lambda: op.concat([1], 5), lambda: op.contains(5, 1), lambda: op.countOf(5, 1), lambda: op.indexOf([1], 2), lambda: op.indexOf(5, 1), lambda: op.getitem([1], 'a'), lambda: op.setitem((1,), 0, 1), lambda: op.delitem({}, 'x'), lambda: op.index(1.5), lambda: op.index('x'), lambda: op.length_hint(5), lambda: op.length_hint(5, 'x'), lambda: op.length_hint(object(), 9), lambda: op.lt(1, 'a'), lambda: op.not_(), lambda: op.iconcat(1, 2), lambda: op.call(5), lambda: op.call(), lambda: op.pow(2)):
    show(f)


class Dyn:
    def __getattr__(self, n):
        return n


print(op.attrgetter('x.y.z') and op.attrgetter('dyn')(Dyn()), op.itemgetter(*range(3))('abc'), sorted([(2, 'a'), (1, 'b')], key=op.itemgetter(0)), list(map(op.methodcaller('get', 'k', 0), [{'k': 1}, {}])), op.attrgetter.__name__, callable(a))
import copy
print(copy.copy(a)(5), copy.deepcopy(op.itemgetter(1))('ab'), op.itemgetter(1).__reduce__()[1], op.methodcaller('f', 1).__reduce__()[1], op.attrgetter('a.b').__reduce__()[1])
print([n for n in ('add', 'itemgetter', 'call', 'length_hint') if n in op.__all__], op.add.__name__, op.add is op.__add__, op.__add__.__module__)
op.truediv(1, 0)
