"""Deeply nested source text is refused politely, or works."""
import ast


def attempt(name, source, mode='eval'):
    try:
        compile(source, '<deep>', mode)
        print(name, 'compiled')
    except (SyntaxError, RecursionError, MemoryError) as e:
        print(name, 'refused')


for n in 20, 50:
    attempt(f'parentheses {n}', '(' * n + '1' + ')' * n)
    attempt(f'brackets {n}', '[' * n + ']' * n)
    attempt(f'braces {n}', '{1:' * n + '2' + '}' * n)
    attempt(f'calls {n}', 'f(' * n + ')' * n)
    attempt(f'subscripts {n}', 'a' + '[0' * n + ']' * n)
    attempt(f'lambdas {n}', 'lambda: ' * n + '1')
    attempt(f'not {n}', 'not ' * n + '1')
    attempt(f'minus {n}', '-' * n + '1')
    attempt(f'conditional {n}', '1 if 1 else ' * n + '1')
    attempt(f'power {n}', '2 ** ' * n + '1')
attempt('too many parentheses', '(' * 300 + '1' + ')' * 300)
attempt('too many brackets', '[' * 300 + ']' * 300)
for n in 100_000,:
    attempt('huge parentheses', '(' * n + ')' * n)
    attempt('huge lambdas', 'lambda: ' * n + '1')
    attempt('huge minus', '-' * n + '1')
    attempt('huge not', 'not ' * n + '1')
print(eval('+'.join(['1'] * 500)), eval(' or '.join(['0'] * 5000)), len(eval('[' + ','.join(['1'] * 50000) + ']')))
print(eval('a' + '.real' * 90, {'a': 5}))
blocks = ''
for i in range(15):
    blocks += ' ' * i + 'if 1:\n'
attempt('blocks', blocks + ' ' * 15 + 'pass\n', 'exec')
blocks = ''
for i in range(150):
    blocks += ' ' * i + 'if 1:\n'
attempt('150 blocks', blocks + ' ' * 150 + 'pass\n', 'exec')
blocks = ''
for i in range(25):
    blocks += ' ' * i + 'for x in y:\n'
try:
    compile(blocks + ' ' * 25 + 'pass\n', '<b>', 'exec')
except SyntaxError as e:
    print(e.msg)
print(ast.dump(ast.parse('((((1))))', mode='eval')))
try:
    ast.literal_eval('(' * 300)
except SyntaxError as e:
    print(type(e).__name__, e.msg)
try:
    eval('(' * 250)
except SyntaxError as e:
    print(e.msg)
eval('(' * 201 + ')' * 201)
