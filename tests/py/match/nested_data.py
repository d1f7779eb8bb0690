"""match over JSON-like trees, tokens, expressions and commands."""


def describe(node):
    match node:
        case {'type': 'circle', 'r': int(r) | float(r)} if r > 0:
            return f'circle {r}'
        case {'type': 'rect', 'size': [w, h]} | {'type': 'square', 'side': w as h}:
            return f'rect {w}x{h}'
        case {'type': 'group', 'items': []}:
            return 'empty group'
        case {'type': 'group', 'items': [single]}:
            return f'just {describe(single)}'
        case {'type': 'group', 'items': [first, *others], **extra}:
            return f'group of {describe(first)} and {len(others)} more {sorted(extra)}'
        case {'type': str(kind)}:
            return f'unknown {kind}'
        case [*nodes]:
            return [describe(n) for n in nodes]
        case str() | bytes() as text:
            return f'text {text!r}'
        case None | True | False:
            return f'constant {node}'
        case {}:
            return 'no type'
        case _:
            return f'other {type(node).__name__}'


circle = {'type': 'circle', 'r': 2}
for node in circle, {'type': 'circle', 'r': -1}, {'type': 'rect', 'size': (3, 4)}, {'type': 'rect', 'size': [1]}, {'type': 'group', 'items': [circle]}, {'type': 'group', 'items': []}, {'type': 'group', 'items': [circle, 5, None], 'name': 'g', 'z': 1}, {'type': 5}, {}, [circle, 'x', [b'y', None]], 'abc', True, 5, {1, 2}, range(3), {'type': 'blob'}:
    try:
        print(describe(node))
    except TypeError as e:
        print('TypeError', e)
try:
    describe({'type': 'square', 'side': 5})
except Exception as e:
    print(type(e).__name__, e)


def simplify(e):
    match e:
        case ('+', 0, x) | ('+', x, 0) | ('*', 1, x) | ('*', x, 1):
            return simplify(x)
        case ('*', 0, _) | ('*', _, 0):
            return 0
        case (('+' | '*') as op, int(a), int(b)):
            return a + b if op == '+' else a * b
        case (op, x, y):
            s = (op, simplify(x), simplify(y))
            return simplify(s) if s != e else s
        case _:
            return e


for e in ('+', 0, 'x'), ('*', ('+', 1, 2), ('*', 1, 'y')), ('+', ('*', 0, 'z'), ('+', 'a', 0)), ('-', ('+', 2, 3), 1), ('+', ('+', 1, 1), ('+', 1, 1)), 'x', 7:
    print(e, '=>', simplify(e))


def command(line):
    match line.split():
        case []:
            return 'nothing'
        case ['quit' | 'exit' | 'q']:
            return 'bye'
        case ['go', ('north' | 'south' | 'east' | 'west') as d]:
            return f'going {d}'
        case ['go', *wrong]:
            return f'cannot go {wrong}'
        case ['take' | 'drop' as verb, thing, *adjectives] if thing != 'all':
            return verb, thing, adjectives
        case [verb, 'all']:
            return f'{verb} everything'
        case ['say', *words]:
            return ' '.join(words).upper()
        case [word]:
            return f'{word}?'
        case [first, _, third, *_]:
            return first, third
        case _:
            return 'two words'


for line in '', 'q', 'go north', 'go up down', 'take lamp old red', 'drop all', 'say hi there', 'dance', 'a b', 'a b c d':
    print(repr(line), command(line))


def count(tree):
    match tree:
        case (left, value, right):
            return count(left) + 1 + count(right)
        case None:
            return 0


print(count(((None, 1, None), 2, (None, 3, (None, 4, None)))))
count(((None, 1, 2), 3, None))
