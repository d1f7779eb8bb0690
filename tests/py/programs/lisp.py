"""A small Lisp: reader, evaluator with closures and tail calls in a loop, macros by hand."""
import operator


class Symbol(str):
    pass


class LispError(Exception):
    pass


def read(text):
    tokens = text.replace('(', ' ( ').replace(')', ' ) ').replace("'", " ' ").split()
    position = 0

    def form():
        nonlocal position
        if position >= len(tokens):
            raise LispError('unexpected end')
        token = tokens[position]
        position += 1
        if token == '(':
            items = []
            while position < len(tokens) and tokens[position] != ')':
                items.append(form())
            if position >= len(tokens):
                raise LispError('missing )')
            position += 1
            return items
        if token == ')':
            raise LispError('unexpected )')
        if token == "'":
            return [Symbol('quote'), form()]
        try:
            return int(token)
        except ValueError:
            return Symbol(token)
    forms = []
    while position < len(tokens):
        forms.append(form())
    return forms


class Env(dict):
    def __init__(self, names=(), values=(), outer=None):
        super().__init__(zip(names, values))
        self.outer = outer

    def find(self, name):
        env = self
        while env is not None:
            if name in env:
                return env
            env = env.outer
        raise LispError(f'unbound symbol {name}')


class Lambda:
    def __init__(self, params, body, env):
        self.params, self.body, self.env = params, body, env


def evaluate(x, env):
    while True:
        if isinstance(x, Symbol):
            return env.find(x)[x]
        if not isinstance(x, list):
            return x
        head, *rest = x
        match head:
            case 'quote':
                return rest[0]
            case 'if':
                test, then, *other = rest
                x = then if evaluate(test, env) not in (False, []) else other[0] if other else []
            case 'define':
                env[rest[0]] = evaluate(rest[1], env)
                return rest[0]
            case 'lambda':
                return Lambda(rest[0], rest[1], env)
            case 'begin':
                for e in rest[:-1]:
                    evaluate(e, env)
                x = rest[-1]
            case _:
                f, *args = [evaluate(e, env) for e in x]
                if isinstance(f, Lambda):
                    if len(args) != len(f.params):
                        raise LispError(f'expected {len(f.params)} arguments, got {len(args)}')
                    x, env = f.body, Env(f.params, args, f.env)
                elif callable(f):
                    return f(*args)
                else:
                    raise LispError(f'not a function: {f!r}')


G = Env(outer=None)
G.update({Symbol(k): v for k, v in {'+': operator.add, '-': operator.sub, '*': operator.mul, '<': operator.lt, '=': operator.eq, 'car': lambda l: l[0], 'cdr': lambda l: l[1:], 'cons': lambda a, l: [a] + l, 'null?': lambda l: l == [], 'list': lambda *a: list(a)}.items()})
PROGRAM = '''
(define fact (lambda (n) (if (< n 2) 1 (* n (fact (- n 1))))))
(define map (lambda (f l) (if (null? l) '() (cons (f (car l)) (map f (cdr l))))))
(define loop (lambda (n acc) (if (= n 0) acc (loop (- n 1) (+ acc n)))))
(define compose (lambda (f g) (lambda (x) (f (g x)))))
(fact 20) (map (lambda (x) (* x x)) (list 1 2 3)) (loop 5000 0) ((compose fact car) '(5 6)) (begin (define x 3) (+ x 4)) '(a (b 1))
'''
for form in read(PROGRAM):
    print(evaluate(form, G))
for bad in '(fact', ')', '(undefined 1)', '(5 5)', '((lambda (a b) a) 1)', '(+ 1)', "(car '())":
    try:
        print(evaluate(read(bad)[0], G))
    except (LispError, TypeError, IndexError) as e:
        print(type(e).__name__, e)
evaluate(read('(loop (fact 3) missing)')[0], G)
