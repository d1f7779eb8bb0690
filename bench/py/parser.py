"""A tokenizer and a precedence-climbing parser for arithmetic, with an evaluator over tuples."""
import sys

PRECEDENCE = {'+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3}


def tokenize(text):
    tokens = []
    i, n = 0, len(text)
    while i < n:
        c = text[i]
        if c.isspace():
            i += 1
        elif c.isdigit():
            start = i
            while i < n and text[i].isdigit():
                i += 1
            tokens.append(('num', int(text[start:i])))
        elif c.isalpha():
            start = i
            while i < n and text[i].isalnum():
                i += 1
            tokens.append(('name', text[start:i]))
        else:
            tokens.append(('op', c))
            i += 1
    tokens.append(('end', None))
    return tokens


class Parser:
    def __init__(self, text):
        self.tokens = tokenize(text)
        self.position = 0

    def peek(self):
        return self.tokens[self.position]

    def take(self):
        token = self.tokens[self.position]
        self.position += 1
        return token

    def expression(self, floor=1):
        left = self.unary()
        while True:
            kind, op = self.peek()
            if kind != 'op' or PRECEDENCE.get(op, 0) < floor:
                return left
            self.take()
            right = self.expression(PRECEDENCE[op] + (op != '^'))
            left = (op, left, right)

    def unary(self):
        kind, value = self.take()
        if kind == 'num':
            return value
        if kind == 'name':
            return ('var', value)
        if value == '-':
            return ('neg', self.unary())
        assert value == '(', value
        inner = self.expression()
        assert self.take() == ('op', ')')
        return inner


def evaluate(node, env):
    if isinstance(node, int):
        return node
    op = node[0]
    if op == 'var':
        return env[node[1]]
    if op == 'neg':
        return -evaluate(node[1], env)
    a, b = evaluate(node[1], env), evaluate(node[2], env)
    if op == '+':
        return a + b
    if op == '-':
        return a - b
    if op == '*':
        return a * b
    if op == '/':
        return a // b if b else 0
    if op == '%':
        return a % b if b else 0
    return a ** (b % 4)


def make(i):
    return f'({i} + x{i % 3}) * ({i % 17} - {i % 5}) ^ 2 / (1 + y % {i % 7 + 1}) - -x{i % 2} * ({i * 31 % 101} + (y - {i % 9}) * 2)'


size = int(sys.argv[1]) if len(sys.argv) > 1 else 45_000
total = 0
env = {'x0': 3, 'x1': 5, 'x2': 7, 'y': 11}
for i in range(size):
    source = make(i)
    value = evaluate(Parser(source).expression(), env)
    if i % 500 == 0:
        check = eval(source.replace('^', '**').replace('/', '//'), {}, env)
        assert value == check, (source, value, check)
    total = (total * 31 + value) % 1_000_000_007
print('parser', size, total)
