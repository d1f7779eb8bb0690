"""match: literals, captures, sequences, mappings, or, guards, as."""


def f(x):
    match x:
        case 0:
            return 'zero'
        case 1 | 2 | 3 as n:
            return f'small {n}'
        case -1 | -2.5 | 1j | 3 + 4j:
            return 'number'
        case 'a' | b'a':
            return 'text'
        case None | True | False:
            return f'singleton {x}'
        case []:
            return 'empty'
        case [a]:
            return f'one {a}'
        case [1, *rest]:
            return f'one and {rest}'
        case [first, _, last] if first == last:
            return f'bookends {first}'
        case (a, b, *_, c):
            return f'ends {a} {b} {c}'
        case [*all]:
            return f'all {all}'
        case {'type': 'x', 'v': v}:
            return f'x with {v}'
        case {'type': str() as t, **rest}:
            return f'{t} {rest}'
        case {}:
            return f'mapping {len(x)}'
        case str(s) if len(s) > 3:
            return f'long {s}'
        case str() | bytes():
            return 'short'
        case int(n) | float(n):
            return f'num {n}'
        case _:
            return 'other'


for x in [0, 0.0, 1, 2.0, 3, -1, -2.5, 1j, 3 + 4j, 'a', b'a', None, True, False, [], (), [5], (5,), [1, 2, 3], (1,), [7, 0, 7], [7, 0, 8], [1, 2], [2, 3], {'type': 'x', 'v': 1}, {'type': 'y', 'z': 2}, {'type': 5}, {}, {1: 2}, 'abcd', 'xyz', b'qq', 17, 2.5,
          {1, 2}, range(3), iter([]), bytearray(b'a'), object, 10 ** 30, -0.0]:
    print(type(x).__name__, repr(x) if ' at 0x' not in repr(x) else '', f(x))


class C:
    ONE = 1
    NAME = 'name'


class Color:
    class Red:
        code = 5


def dotted(x):
    match x:
        case C.ONE:
            return 'C.ONE'
        case C.NAME:
            return 'C.NAME'
        case Color.Red.code:
            return 'red'
        case {C.NAME: v, 'k': [a, {'n': b}]}:
            return v, a, b
        case [C.ONE as q, (2 | 3) as r]:
            return q, r


print([dotted(x) for x in (1, 'name', 5, {'name': 1, 'k': [2, {'n': 3}]}, [1, 3], [1, 4], {'name': 1})])
match 1, 2:
    case x, y:
        print(x, y)
match [1, [2, [3, 4]]]:
    case [a, [b, [*c]]]:
        print(a, b, c)
match *[1, 2], 3:
    case 1, *m:
        print(m)
match = {'match': 1}
case = 5
print(match['match'], case, [match for match in 'ab'])
match case:
    case 5: print('soft keywords')
match (x):
    case int(): print('paren')
match -case:
    case -5: print('neg')
_ = 'kept'
match 5:
    case _: print(_)
try:
    match 5:
        case C.MISSING: pass
except AttributeError as e:
    print(e)
match 5:
    case undefined.attribute: pass
