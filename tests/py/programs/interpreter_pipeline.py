"""Lexer, parser, optimiser and stack machine of a calculator language with functions, traced step by step."""
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Num:
    value: float


@dataclass(frozen=True)
class Var:
    name: str


@dataclass(frozen=True)
class Bin:
    op: str
    left: object
    right: object


@dataclass(frozen=True)
class Call:
    name: str
    args: tuple


class CalcError(Exception):
    def __init__(self, text, position, message):
        super().__init__(f'{message}\n  {text}\n  {" " * position}^')


LEVELS = [{'+', '-'}, {'*', '/'}, {'^'}]


def parse(text):
    tokens = [(m.lastgroup, m.group(), m.start()) for m in re.finditer(r'(?P<num>\d+\.?\d*)|(?P<name>[a-z]\w*)|(?P<op>[-+*/^(),])|(?P<bad>\S)', text)] + [('end', '', len(text))]
    at = 0

    def peek(value=None):
        return tokens[at][1] == value if value else tokens[at]

    def take(value=None):
        nonlocal at
        kind, got, where = tokens[at]
        if value and got != value:
            raise CalcError(text, where, f'expected {value!r}')
        at += 1
        return kind, got, where

    def level(n):
        if n == len(LEVELS):
            return atom()
        left = level(n + 1)
        while peek()[1] in LEVELS[n]:
            op = take()[1]
            left = Bin(op, left, level(n if op == '^' else n + 1))
        return left

    def atom():
        kind, got, where = take()
        if kind == 'num':
            return Num(float(got))
        if kind == 'name':
            if not peek('('):
                return Var(got)
            take('(')
            args = []
            while not peek(')'):
                args.append(level(0))
                if not peek(')'):
                    take(',')
            take(')')
            return Call(got, tuple(args))
        if got == '(':
            inner = level(0)
            take(')')
            return inner
        if got == '-':
            return Bin('-', Num(0.0), atom())
        raise CalcError(text, where, f'unexpected {got!r}' if got else 'unexpected end')
    tree = level(0)
    if peek()[0] != 'end':
        raise CalcError(text, peek()[2], f'unexpected {peek()[1]!r}')
    return tree


def fold(node):
    match node:
        case Bin(op, l, r):
            match op, fold(l), fold(r):
                case '+', Num(0), x:
                    return x
                case '+' | '-', x, Num(0):
                    return x
                case '*', Num(0), _:
                    return Num(0)
                case '*', Num(1), x:
                    return x
                case o, Num(a), Num(b) if o != '/' or b:
                    return Num({'+': a + b, '-': a - b, '*': a * b, '/': a / b if b else 0, '^': a ** b}[o])
                case o, a, b:
                    return Bin(o, a, b)
        case Call(name, args):
            return Call(name, tuple(map(fold, args)))
    return node


def run(node, env):
    match node:
        case Num(v):
            return v
        case Var(name):
            return env[name]
        case Bin('/', l, r):
            return run(l, env) / run(r, env)
        case Bin(op, l, r):
            a, b = run(l, env), run(r, env)
            return a + b if op == '+' else a - b if op == '-' else a * b if op == '*' else a ** b
        case Call(name, args):
            return env[name](*(run(a, env) for a in args))


env = {'x': 3.0, 'max': max, 'abs': abs, 'sum': lambda *a: sum(a)}
for text in '1 + 2 * 3', '2 ^ 3 ^ 2', '(1 + x) * 0', '-x + 10', 'max(1, x, 2) / 2', 'sum()', '1 * x + 0', 'abs(-(2 - 7))', '0 * max(1, 2)', '1 / (x - 3)', '1 +', '1 2', 'max(1 2)', ')', '2 $ 3', 'y + 1', 'x(1)', 'max()', '((1)', '8 / 0':
    try:
        tree = parse(text)
        print(f'{text} => {fold(tree)} => {run(fold(tree), env):g}')
    except CalcError as e:
        print(e)
    except Exception as e:
        print(f'{text} => {type(e).__name__}: {e}')
print(parse('1+x') == parse(' 1 + x '), hash(parse('a*b')) == hash(parse('a * b')), {parse('x'): 1}[Var('x')])
parse('1 + (2 * ')
