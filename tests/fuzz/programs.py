#!/usr/bin/env python3.11
"""Random Python programs, run under Taipan in several modes and under python3.11: all must answer alike.

    programs.py [options] INTERPRETER           runs --count programs from --seed on, each in every mode
    programs.py --show SEED                     prints that program

A program is a handful of classes and functions and a main part that calls the functions again and again, first with operands of
one kind, then of others, so that what machine code assumed stops being true while it runs: ints grow beyond a word, floats
turn into strings, methods and slots of classes are replaced, globals deleted. Loops and depths are bounded, so every program ends.
What differs is written to --keep with the lines that don't matter taken out (--reduce).
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import ThreadPoolExecutor

MODES = {
    'default': [],
    'off': ['-X', 'jit=off'],
    'baseline': ['-X', 'jit=baseline', '-X', 'jit-threshold=0'],
    'warm': ['-X', 'jit=baseline', '-X', 'jit-threshold=20'],
    'guards': ['-X', 'jit-threshold=2', '-X', 'jit-guards=2'],
    'free': ['-X', 'gil=0'],
    'free-baseline': ['-X', 'gil=0', '-X', 'jit=baseline', '-X', 'jit-threshold=0'],
    'parallel': ['-X', 'gil=0', '-X', 'parallel', '-X', 'jit-threshold=20'],
    'parallel-baseline': ['-X', 'gil=0', '-X', 'parallel', '-X', 'jit=baseline', '-X', 'jit-threshold=0'],
    'parallel-guards': ['-X', 'gil=0', '-X', 'parallel', '-X', 'jit-threshold=2', '-X', 'jit-guards=3'],
    'threads': ['-X', 'gil=0'],
    'threads-off': ['-X', 'gil=0', '-X', 'jit=off'],
    'threads-baseline': ['-X', 'gil=0', '-X', 'jit=baseline', '-X', 'jit-threshold=0'],
}

# Modes named so run the program in several threads at once, each with globals of its own: code, its caches and machine code are shared.
THREADS = '''\
import sys
import threading
code = compile(open(sys.argv[1], encoding='utf-8').read(), 'program', 'exec')
outputs = [[] for _ in range(3)]


def run(lines):
    try:
        exec(code, {'__name__': '__main__', 'print': lambda *values: lines.append(' '.join(map(str, values)))})
    except BaseException as error:
        lines.append(type(error).__name__)


threads = [threading.Thread(target=run, args=(lines,)) for lines in outputs]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for lines in outputs:
    print('\\n'.join(lines))
'''

warnings.simplefilter('ignore')  # `is` with a literal

PRELUDE = '''\
import re
import sys
sys.setrecursionlimit(3000)
FUEL = 900
fuel = FUEL
NUMBERS = (int, float, bool)


notes = []


def note(error):
    notes.append(show(error))


def note_text(text):
    notes.append(text)


class Manager:
    def __init__(self, value):
        self.value = value

    def __enter__(self):
        return self.value

    def __exit__(self, kind, error, trace):
        notes.append(kind and kind.__name__ or 'left')
        return kind is not None and issubclass(kind, ArithmeticError)


class Waits:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        burn()
        got = yield self.value
        return got


def drive(coroutine):
    sent = None
    try:
        while True:
            sent = coroutine.send(sent)
    except StopIteration as stop:
        return stop.value


def collect(first, *rest, key=None, **more):
    burn()
    return [first, rest, key, sorted(more)]


class OutOfFuel(BaseException):
    pass


def burn():
    global fuel
    fuel -= 1
    if fuel < 0:
        raise OutOfFuel


def show(value, depth=0):
    if type(value) in (int, str, bytes):
        if type(value) is str:
            value = re.sub(' at 0x[0-9a-f]*', '', value)
        text = repr(value) if type(value) is not int or abs(value) < 10 ** 40 else 'int%d' % (value % 1000003)
        return text if len(text) < 80 else text[:60] + '..%d' % len(text)
    if type(value) in (float, bool, complex, type(None), range, slice):
        return repr(value)
    if depth > 3:
        return '...'
    if type(value) in (list, tuple):
        return type(value).__name__ + '(' + ', '.join(show(item, depth + 1) for item in value[:8]) + ') %d' % len(value)
    if type(value) is dict:
        return '{' + ', '.join(show(key, 3) + ': ' + show(item, depth + 1) for key, item in list(value.items())[:8]) + '} %d' % len(value)
    if type(value) in (set, frozenset):
        return '<' + ', '.join(sorted(show(item, 3) for item in value)) + '>'
    if isinstance(value, type):
        return 'class ' + value.__name__
    if isinstance(value, BaseException):
        return type(value).__name__ + ' ' + re.sub(' at 0x[0-9a-f]*', '', str(value))[:60]
    if hasattr(value, '__dict__') and type(value).__module__ == '__main__':
        return type(value).__name__ + show({key: value.__dict__[key] for key in sorted(value.__dict__)}, depth + 1)
    return type(value).__name__


def small(value):
    """Keeps what is multiplied and shifted from filling the memory."""
    if type(value) is int or type(value) is bool:
        return value if -1 << 70 < value < 1 << 70 else value % 1000003
    if type(value) in (str, list, tuple, bytes):
        return value[:12]
    return value


def times(value):
    return value if type(value) in NUMBERS and -50 < value < 50 else 3


def outcome(function, *args, **kwargs):
    global fuel
    fuel = FUEL
    try:
        return show(function(*args, **kwargs))
    except OutOfFuel:
        return 'out of fuel'
    except RecursionError:
        return 'RecursionError'
    except Exception as error:
        return 'raised ' + type(error).__name__ + ' ' + re.sub(' at 0x[0-9a-f]*', '', str(error))[:100]
'''


KINDS = {'n': 'numbers', 's': 'texts', 'l': 'lists', 'd': 'dictionaries', 'o': 'objects'}
CONSTANTS = {
    'n': ['0', '1', '2', '3', '7', '-1', '-3', '10', '100', '255', '1 << 20', '(1 << 31) - 1', '1 << 46', '(1 << 52) - 1', '(1 << 60) - 1', '1 << 61',
          '(1 << 63) - 1', '-(1 << 63)', '1 << 64', '10 ** 25', '0.0', '1.0', '0.5', '-2.25', '1e300', '1e-300', '3.14159', '-0.0', '1e-320',
          "float('inf')", "float('nan')", 'True', 'False', '2.0', '5', '6'],
    's': ["''", "'a'", "'abc'", "'\\xe9\\u20ac'", "'x y z'", "'12'"],
    'l': ['[]', '[1, 2, 3]', '[1.5, 2.5, 3.5]', "['p', 'q', 'r']", '[7, 8, 9, 1 << 61]', '(1, 2.5, None)', 'list(range(5))', '[0, 1, 2]'],
    'd': ['{}', "{'a': 1, 'b': 2.5}", '{1: 2, 3: 4}', "dict(a=1)"],
    'o': ['O', 'O', 'O', 'None'],
}
ATTRIBUTES = {'x': 'n', 'y': 'n', 'z': 'n', 'count': 'n', 'name': 's', 'items': 'l', 'next': 'o'}
METHODS = {'step': 'n', 'area': 'n', 'get': 'n', 'mix': 's'}
GLOBALS = {'G0': 'n', 'G1': 'n', 'G2': 'l', 'G3': 'n', 'G4': 's', 'G5': 'd'}


class Scope:
    """What statements and expressions may name: variables by kind, and where they stand."""

    def __init__(self, variables, generator=False, loop=False, declared=()):
        self.variables = variables  # {name: kind}
        self.generator, self.loop, self.declared = generator, loop, declared

    def inside(self, **changes):
        scope = Scope(dict(self.variables), self.generator, self.loop, self.declared)
        for name, value in changes.items():
            setattr(scope, name, value)
        return scope

    def names(self, kind):
        return [name for name, of in self.variables.items() if of == kind]


class Generator:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.lines = []
        self.functions = []  # (name, parameters, kinds, kind of the result, is a generator)
        self.classes = []
        self.counter = 0
        self.careful = self.r.random() < 0.7
        self.wild = self.r.choice([0.0, 0.01, 0.03])  # how often something of another kind is put in

    def fresh(self, prefix):
        self.counter += 1
        return f'{prefix}{self.counter}'

    def kind(self):
        return self.r.choices('nsldo', [10, 3, 3, 2, 2])[0]

    # ---- expressions
    def variable(self, scope, kind):
        names = scope.names(kind)
        if names and self.r.random() < 0.97:
            return self.r.choice(names)
        return '(' + self.r.choice(CONSTANTS[kind]) + ')'

    def expression(self, scope, kind=None, depth=0):
        r = self.r
        if kind is None or r.random() < self.wild:
            kind = self.kind()
        leaf = r.random()
        if depth > 3 or leaf < 0.25:
            if leaf < 0.04:
                return '(' + r.choice(CONSTANTS[kind]) + ')'
            if leaf < 0.08:
                return r.choice([g for g, of in GLOBALS.items() if of == kind] or ['O'])
            return self.variable(scope, kind)
        e = lambda of=None: self.expression(scope, of, depth + 1)
        v = lambda of: self.variable(scope, of)
        general = r.random()
        if general < 0.04:
            return f'({e(kind)} if {e()} else {e(kind)})'
        if general < 0.07:
            return f'({e(kind)} {r.choice(["and", "or"])} {e(kind)})'
        if general < 0.13:
            of = [a for a, k in ATTRIBUTES.items() if k == kind]
            if of:
                return f'{v("o")}.{r.choice(of)}'
        if general < 0.19:
            of = [m for m, k in METHODS.items() if k == kind]
            if of:
                return f'{v("o")}.{r.choice(of)}({", ".join(e() for _ in range(r.randrange(3)))})'
        if general < 0.26:
            of = [f for f in self.functions if f[3] == kind]
            if of:
                return self.call(scope, r.choice(of), depth)
        if general < 0.28:
            return f'(lambda a, b={e()}: a if b else {v(kind)})({e(kind)})'
        if general < 0.30:
            return f'{e("d")}.get({e(r.choice("ns"))}, {e(kind)})'
        return getattr(self, KINDS[kind])(scope, e, v)

    def numbers(self, scope, e, v):
        r = self.r
        which = r.random()
        if which < 0.5:
            operator = r.choice(['+', '-', '+', '-', '*', '*', '/', '//', '%', '&', '|', '^', '<<', '>>', '**'])
            if operator == '*':
                return f'(small({e("n")}) * small({e("n")}))'if r.random() < 0.4 else f'(small({e("n")}) * times({e("n")}))'
            if operator == '**':
                return f'(small({e("n")}) ** {r.choice(["2", "3", "0.5", "-1", "0"])})'
            if operator in ('<<', '>>'):
                return f'(int({e("n")}) {operator} {r.choice(["1", "3", "40", "(" + v("n") + " & 31)"])})'
            if operator in '&|^' and r.random() < 0.7:
                return f'(int({e("n")}) {operator} {r.choice(["1", "255", "~7", "int(" + e("n") + ")"])})'
            if operator in '//%' and r.random() < 0.9:
                return f'({e("n")} {operator} ({e("n")} or {r.choice(["1", "2.5", "-7"])}))'
            return f'({e("n")} {operator} {e("n")})'
        if which < 0.64:
            return f'({e("n")} {r.choice(["<", "<=", "==", "!=", ">", ">="])} {e("n")})'
        if which < 0.68:
            return f'({r.choice(["-", "not ", "~", "+"])}{e("n")})'
        if which < 0.73:
            return f'{r.choice(["abs", "int", "float", "bool", "round"])}({e("n")})'
        if which < 0.76:
            return f'{r.choice(["min", "max"])}({e("n")}, {e("n")})'
        if which < 0.80:
            return f'len({e(r.choice("sld"))})'
        if which < 0.86:
            return f'{v("l")}[{r.choice(["0", "1", "-1", "0", "-1", "1", "2", v("n"), "times(" + v("n") + ") % 2"])}]'
        if which < 0.89:
            return f'{v("d")}[{r.choice([repr("a"), repr("a"), "1", v("s")])}]'
        if which < 0.93:
            if r.random() < 0.5:  # (whether equal numbers are one object is each implementation's own affair)
                return f'({e("o")} {r.choice(["is", "is not"])} {r.choice(["None", "O", v("o")])})'
            return f'({e()} {r.choice(["==", "!="])} {e()})'
        if which < 0.95:
            return f'({e()} {r.choice(["in", "not in"])} {e(r.choice("ld"))})'
        if which < 0.97:
            return f'isinstance({e()}, {r.choice(["int", "str", "(int, float)", "list"] + self.classes)})'
        if which < 0.985:
            name = self.fresh('c')
            inner = scope.inside()
            inner.variables[name] = 'n'
            return f'sum({self.expression(inner, "n", 2)} for {name} in range(4))'
        return f'ord({e("s")}[:1] or "q")'

    def texts(self, scope, e, v):
        r = self.r
        return r.choice([
            lambda: f'({e("s")} + {e("s")})', lambda: f'(small({e("s")}) * times({e("n")}))', lambda: f'show({e()})', lambda: f'str({e("n")})',
            lambda: f"f'{{show({e()})}}{r.choice(['', ':', ' and '])}{{{v('s')}!s:.5}}'", lambda: f'{v("s")}[{r.choice(["-1:", "1:", ":2", "::-1", ":1", "0"])}]',
            lambda: f'{e("s")}.{r.choice(["upper()", "strip()", "title()", "lower()", "replace(" + repr("a") + ", " + repr("bc") + ")"])}',
            lambda: f"{e('s')}.join([{e('s')}, {e('s')}])", lambda: f"'%s-%s' % ({e('n')}, {e('s')})", lambda: f'type({e()}).__name__',
            lambda: f"'{{}}/{{!r:.6}}'.format({e('n')}, {e('s')})"])()

    def lists(self, scope, e, v):
        r = self.r
        name = self.fresh('c')
        inner = scope.inside()
        inner.variables[name] = 'n'
        x = lambda: self.expression(inner, None, 2)
        return r.choice([
            lambda: '[' + ', '.join(e() for _ in range(r.randrange(4))) + ']', lambda: '(' + ''.join(e() + ', ' for _ in range(r.randrange(4))) + ')',
            lambda: f'[{x()} for {name} in {r.choice(["range(4)", v("l")])}]', lambda: f'[{x()} for {name} in {v("l")} if {x()}]',
            lambda: f'list(map(lambda {name}: {x()}, range(3)))', lambda: f'tuple({x()} for {name} in range(3))', lambda: f'{v("l")}[{r.choice(["1:", ":2", "::-1"])}]',
            lambda: f'list({e(r.choice("lsd"))})', lambda: f'sorted({v("l")}, key=show)', lambda: f'[*{v("l")}, *{v("l")}][:9]', lambda: f'{e("s")}.split()',
            lambda: f'list({v("d")}.{r.choice(["items", "values", "keys"])}())', lambda: f'[*{v("l")}, {e()}]'])()

    def dictionaries(self, scope, e, v):
        r = self.r
        name = self.fresh('c')
        inner = scope.inside()
        inner.variables[name] = 'n'
        return r.choice([
            lambda: '{' + ', '.join(f'{r.choice([repr("a"), repr("b"), "1", v("s"), v("n")])}: {e()}' for _ in range(r.randrange(3))) + '}',
            lambda: f'{{{name}: {self.expression(inner, None, 2)} for {name} in range(3)}}', lambda: f'{{**{v("d")}, "k": {e()}}}', lambda: f'dict({v("d")}, a={e()})',
            lambda: f'({v("d")} | {v("d")})'])()

    def objects(self, scope, e, v):
        r = self.r
        if r.random() < 0.6 and self.classes:
            return f'{r.choice(self.classes)}({e("n")}, {e("n")})'
        return v('o')

    def call(self, scope, function, depth):
        r = self.r
        name, parameters, kinds, _, is_generator = function
        args = [self.expression(scope, kind, depth + 2) for kind in kinds]
        style = r.random()
        if style < 0.15 and len(parameters) > 1:
            args[-1] = parameters[-1] + '=' + args[-1]
        elif style < 0.25:
            args.pop()
        elif style < 0.32:
            args = ['*[' + ', '.join(args) + ']']
        elif style < 0.38:
            args[-1] = '**{' + repr(parameters[-1]) + ': ' + args[-1] + '}'
        text = f'{name}({", ".join(args)})'
        return f'list({text})' if is_generator else text

    # ---- statements
    def block(self, scope, indent, depth, out):
        for _ in range(self.r.randrange(1, 5 if depth < 2 else 3)):
            body = []
            if depth == 0 and self.careful:  # what fails doesn't keep the rest from running
                self.statement(scope, indent + 1, depth, body)
                if body:
                    pad = '    ' * indent
                    out += [pad + 'try:'] + body + [pad + 'except Exception as error:', pad + '    note(error)']
            else:
                self.statement(scope, indent, depth, out)

    def target(self, scope):
        name = self.r.choice(list(scope.variables))
        return name, scope.variables[name]

    def statement(self, scope, indent, depth, out):
        r = self.r
        pad = '    ' * indent
        e = lambda of=None: self.expression(scope, of, 1)
        v = lambda of: self.variable(scope, of)
        name, kind = self.target(scope)
        which = r.random()
        if depth > 2:
            which *= 0.56
        if which < 0.24:
            out.append(f'{pad}{name} = {self.expression(scope, kind)}')
        elif which < 0.33:
            operator = r.choice(['+=', '-=', '+=', '//=', '/=', '*=']) if kind == 'n' else '+=' if kind in 'sl' else '|=' if kind == 'd' else '='
            if operator == '*=':
                out.append(f'{pad}{name} = small({name})')
            out.append(f'{pad}{name} {operator} ' + (f'times({e(kind)})' if operator == '*=' else f'small({e(kind)})' if operator == '+=' else e(kind)))
            if kind in 'sl':
                out.append(f'{pad}{name} = small({name})')
        elif which < 0.37:
            g, of = r.choice(list(GLOBALS.items()))
            if g in scope.declared:
                out.append(f'{pad}{g} = small({e(of)})')
            elif of == kind:
                out.append(f'{pad}{name} = {g}')
        elif which < 0.42:
            attribute, of = r.choice(list(ATTRIBUTES.items()))
            if of == 'n' and r.random() < 0.4:
                out.append(f'{pad}{v("o")}.{attribute} += {e("n")}')
            else:
                out.append(f'{pad}{v("o")}.{attribute} = {e(of)}')
        elif which < 0.45:
            out.append(f'{pad}{v("l")}[{r.choice(["0", "1", "-1", v("n")])}] {r.choice(["=", "+="])} {e("n")}')
        elif which < 0.48:
            out.append(f'{pad}{v("d")}[{r.choice([repr("a"), "1", v("s"), v("n")])}] {r.choice(["=", "=", "+="])} {e("n")}')
        elif which < 0.51:
            out.append(f'{pad}{v("l")}.{r.choice(["append", "append", "insert", "pop", "extend", "remove", "sort"])}'.replace(
                'append', f'append({e()})').replace('insert', f'insert(0, {e()})').replace('pop', 'pop()').replace('extend', f'extend({e("l")})')
                .replace('remove', f'remove({e("n")})').replace('sort', 'sort(key=show)'))
            if r.random() < 0.3:
                out.append(f'{pad}{r.choice(scope.names("d") or ["G5"])}.{r.choice(["pop(1, None)", "update(a=3)", "clear()", "setdefault(2, [])"])}')
        elif which < 0.53:
            other, of = self.target(scope)
            if other == name:  # Debian's python3.11 leaves the first of both (`a, a = x, y`)
                return
            out.append(f'{pad}{name}, {other} = {r.choice([e(kind) + ", " + e(of), e(kind) + ", " + e(of), e("l")])}')
        elif which < 0.54:
            out.append(f'{pad}if {e()}:')
            out.append(f'{pad}    del {name}')
        elif which < 0.55:
            if scope.generator:
                out.append(f'{pad}{r.choice(["yield", "yield", name + " = yield", "yield from"])} {e("l")}')
            else:
                out.append(f'{pad}if {e()}:')
                out.append(f'{pad}    return {e()}')
        elif which < 0.56:
            if scope.loop:
                out.append(f'{pad}if {e("n")}:')
                out.append(f'{pad}    {r.choice(["break", "continue"])}')
            else:
                out.append(f'{pad}assert {e()}')
        elif which < 0.67:
            out.append(f'{pad}if {e(r.choice("nnnnso"))}:')
            self.block(scope, indent + 1, depth + 1, out)
            if r.random() < 0.3:
                out.append(f'{pad}elif {e("n")}:')
                self.block(scope, indent + 1, depth + 1, out)
            if r.random() < 0.5:
                out.append(f'{pad}else:')
                self.block(scope, indent + 1, depth + 1, out)
        elif which < 0.85:
            self.loop(scope, indent, depth, out, e, v)
        elif which < 0.94:
            out.append(f'{pad}try:')
            self.block(scope, indent + 1, depth + 1, out)
            if r.random() < 0.85:
                out.append(f'{pad}except {r.choice(["Exception", "Exception", "TypeError", "(ValueError, TypeError)", "ArithmeticError", "LookupError", "AttributeError"])} as error:')
                out.append(f'{pad}    {r.choice(scope.names("s") or ["_"])} = show(error)')
                if r.random() < 0.2:
                    out.append(f'{pad}    raise')
                if r.random() < 0.3:
                    out.append(f'{pad}finally:')
                    self.block(scope.inside(loop=False), indent + 1, depth + 1, out)
            else:
                out.append(f'{pad}finally:')
                self.block(scope.inside(loop=False), indent + 1, depth + 1, out)
        elif which < 0.955:
            self.special(scope, indent, depth, out, e, v)
        elif which < 0.98:
            # What machine code knows about a class changes under it.
            if self.classes:
                owner = r.choice(self.classes)
                out.append(f'{pad}if {e("n")} == {r.choice(["3", "5", v("n")])}:')
                if r.random() < 0.5:
                    attribute, of = r.choice(list(ATTRIBUTES.items()))
                    out.append(f'{pad}    {owner}.{attribute} = {r.choice([e(of), "property(lambda self: " + r.choice(CONSTANTS[of]) + ")"])}')
                else:
                    method, of = r.choice(list(METHODS.items()))
                    out.append(f'{pad}    {owner}.{method} = lambda self, *rest: {self.expression(Scope({"self": "o", "rest": "l"}), of, 2)}')
        else:
            inner_name = self.fresh('inner')
            inner = scope.inside(generator=False, loop=False, declared=())
            inner.variables['p'] = 'n'
            out.append(f'{pad}def {inner_name}(p={r.choice(CONSTANTS["n"])}):')
            if r.random() < 0.5:
                out.append(f'{pad}    nonlocal {name}')
                inner = inner.inside(variables={'p': 'n', name: kind})
                self.block(inner, indent + 1, depth + 2, out)
            out.append(f'{pad}    return {self.expression(inner, kind, 2)}')
            out.append(f'{pad}{name} = {inner_name}({r.choice(["", e("n")])})')

    # Statements that are rarer in programs than assignments and loops.
    def special(self, scope, indent, depth, out, e, v):
        r = self.r
        pad = '    ' * indent
        name, kind = self.target(scope)
        which = r.randrange(9)
        if which == 0:
            out.append(f'{pad}with Manager({e("n")}) as {r.choice(scope.names("n") or ["n7"])}:')
            self.block(scope, indent + 1, depth + 1, out)
        elif which == 1:
            out.append(f'{pad}match {e()}:')
            for pattern in r.sample(['0 | 1', 'int(n7)', 'float()', 'str() as s7', '[n7, *_]', '[n7, n8]', "{'a': n7}", "{'a': n7, **d7}", 'C0(x=n7)', 'C0(y=0 | 1)', 'None',
                                     'bool()', '(1 | 2.5) as n7', 'tuple((n7, _))'], r.randrange(1, 4)):
                out.append(f'{pad}    case {pattern}{r.choice(["", " if " + e("n")])}:')
                self.block(scope, indent + 2, depth + 2, out)
            out.append(f'{pad}    case _:')
            self.block(scope, indent + 2, depth + 2, out)
        elif which == 2:
            names = r.sample(list(scope.variables), min(2, len(scope.variables)))
            out.append(f'{pad}*{names[0]}, {names[-1] if len(names) > 1 else "n7"} = {e("l")}')
        elif which == 3:
            out.append(f'{pad}{v("l")}[{r.choice(["1:2", ":", "::2", ":1", "-1:"])}] = {e("l")}' if r.random() < 0.6 else f'{pad}del {v("l")}[{r.choice(["0", "-1", "1:", v("n")])}]')
        elif which == 4:
            out.append(f'{pad}if (n7 := {e("n")}) {r.choice(["<", ">=", "=="])} {e("n")} {r.choice(["<", "<=", "!="])} {e("n")}:')
            self.block(scope, indent + 1, depth + 1, out)
        elif which == 5:
            out.append(f'{pad}try:')
            self.block(scope, indent + 1, depth + 1, out)
            out.append(f'{pad}except (TypeError, LookupError):')
            self.block(scope, indent + 1, depth + 1, out)
            out.append(f'{pad}else:')
            self.block(scope, indent + 1, depth + 1, out)
        elif which == 6:
            inner = self.fresh('co')
            out.append(f'{pad}async def {inner}(p):')
            out.append(f'{pad}    q = await Waits(p)')
            out.append(f'{pad}    for n9 in range(3):')
            out.append(f'{pad}        q = small(q) + (await Waits({self.expression(Scope({"p": "n", "n9": "n"}), "n", 2)}))')
            out.append(f'{pad}    return q')
            if kind in 'nl':
                out.append(f'{pad}{name} = drive({inner}({e("n")}))' if kind == 'n' else f'{pad}{name} = [drive({inner}({e("n")})) for _ in range(2)]')
        elif which == 7:
            out.append(f'{pad}{name} = collect({e()}, *{v("l")}, key={e()}, **{{"k%d" % len({v("s")}): {e()}}})[{r.choice(["0", "1", "-1"])}]')
        else:
            inner = self.fresh('gen')
            out.append(f'{pad}def {inner}(p):')
            out.append(f'{pad}    try:')
            out.append(f'{pad}        q = yield p')
            out.append(f'{pad}        while q:')
            out.append(f'{pad}            q = yield {self.expression(Scope({"p": "n", "q": "n"}), "n", 2)}')
            out.append(f'{pad}    except ValueError as error:')
            out.append(f'{pad}        yield show(error)')
            out.append(f'{pad}    return 5')
            out.append(f'{pad}g7 = {inner}({e("n")})')
            out.append(f'{pad}l7 = [next(g7), g7.send({e("n")}), {r.choice(["g7.send(0.5)", "g7.throw(ValueError(1))", "g7.close()", "list(g7)", "next(g7, None)"])}]')
            out.append(f'{pad}note_text(show(l7))')

    def loop(self, scope, indent, depth, out, e, v):
        r = self.r
        pad = '    ' * indent
        inner = scope.inside(loop=True)
        which = r.random()
        if which < 0.15:
            out.append(f'{pad}while {e("n")}:')
        elif which < 0.25:
            counter = v('n')
            if not counter.isidentifier():
                return
            out.append(f'{pad}{counter} = 0')
            out.append(f'{pad}while {counter} < {r.choice(["5", "9", e("n")])}:')
            out.append(f'{pad}    {counter} += 1')
        else:
            name = r.choice(scope.names('n') or ['n9'])
            other = r.choice([n for n in scope.names('n') if n != name] or ['n8'])
            source = r.choice(['range(3)', 'range(9)', f'range(times({e("n")}))', 'range(1, 9, 2)', 'range(5, 0, -1)', v('l'), v('l'), f'list({v("l")})', v('d'), 'iter([1, 2, 3])',
                               f'({v("n")} for _ in range(3))'] + [f'{f[0]}({", ".join(e(kind) for kind in f[2])})' for f in self.functions if f[4]])
            if r.random() < 0.2:
                out.append(f'{pad}for {name}, {other} in ' + r.choice(
                    [f'enumerate({source})', f'zip({source}, {source})', "{'a': 1, 'b': 2}.items()", f'[({e("n")}, {e("n")})] * 3', v('d') + '.items()']) + ':')
            else:
                out.append(f'{pad}for {name} in {source}:')
        out.append(f'{pad}    burn()')
        self.block(inner, indent + 1, depth + 1, out)
        if r.random() < 0.1:
            out.append(f'{pad}else:')
            self.block(scope, indent + 1, depth + 1, out)

    def function(self, number):
        r = self.r
        kinds = [self.kind() for _ in range(r.randrange(1, 4))]
        parameters = [f'{kind}{k}' for k, kind in enumerate(kinds)]
        variables = {f'{kind}{k + 3}': kind for k, kind in enumerate(self.kind() for _ in range(r.randrange(2, 6)))}
        result = r.choice('nnnsl')
        is_generator = r.random() < 0.2
        if is_generator:
            result = 'l'
        declared = r.sample(list(GLOBALS), 1) if r.random() < 0.4 else []
        name = f'f{number}'
        defaults = [p if k < len(parameters) - 1 or r.random() < 0.5 else f'{p}={r.choice(CONSTANTS[kinds[k]])}' for k, p in enumerate(parameters)]
        out = [f'def {name}({", ".join(defaults)}):', '    burn()'] + [f'    global {g}' for g in declared]
        scope = Scope(dict(zip(parameters, kinds)), is_generator, False, declared)
        for variable, kind in variables.items():
            if r.random() < 0.98:
                out.append(f'    {variable} = {self.expression(scope, kind, 2) if r.random() < 0.5 else self.variable(scope, kind)}')
        scope.variables.update(variables)
        self.block(scope, 1, 0, out)
        self.block(scope, 1, 0, out)
        if is_generator:
            out.append(f'    yield {self.expression(scope)}')
        else:
            out.append(f'    return {self.expression(scope, result)}')
        self.lines += out + ['', '']
        self.functions.append((name, parameters, kinds, result, is_generator))

    def make_class(self, number):
        r = self.r
        name = f'C{number}'
        bases = [r.choice(self.classes)] if self.classes and r.random() < 0.5 else []
        self.lines.append(f'class {name}({", ".join(bases)}):' if bases else f'class {name}:')
        slots = r.random() < 0.2 and not bases
        if slots:
            self.lines.append("    __slots__ = ('x', 'y', 'z', 'items', 'next', '__dict__')" if r.random() < 0.5 else "    __slots__ = ('x', 'y', 'items', 'next')")
        for attribute in ('count', 'name', 'z'):
            if r.random() < 0.8 and not (slots and attribute == 'z'):
                self.lines.append(f'    {attribute} = {r.choice(CONSTANTS[ATTRIBUTES[attribute]])}')
        scope = Scope({'self': 'o', 'a': 'n', 'b': 'n'})
        self.lines.append('    def __init__(self, a=1, b=2):')
        self.lines.append('        burn()')
        if bases and r.random() < 0.7:
            self.lines.append('        super().__init__(b, a)')
        else:
            for attribute in r.sample(['x', 'y'], 2):
                self.lines.append(f'        self.{attribute} = {r.choice(["a", "b", "0", "a"])}')
            self.lines.append(f'        self.items = {r.choice(["[a, b]", "[]", "(a, b)"])}')
            self.lines.append(f'        self.next = {r.choice(["O", "self"])}')
        for method, kind in METHODS.items():
            if r.random() < 0.75:
                self.lines.append(f'    def {method}(self, a=0, b=1):')
                self.lines.append('        burn()')
                body = []
                inner = scope.inside()
                if bases and r.random() < 0.3:
                    body.append(f'        b = super().{method}(a)')
                self.block(inner, 2, 2, body)
                self.lines += body
                self.lines.append(f'        return {self.expression(inner, kind, 1)}')
        if r.random() < 0.5:
            special, extra = r.choice([('__add__', ', other'), ('__lt__', ', other'), ('__eq__', ', other'), ('__len__', ''), ('__bool__', ''), ('__getitem__', ', other'),
                                       ('__call__', ', *other'), ('__getattr__', ', other'), ('__contains__', ', other'), ('__neg__', ''), ('__iter__', '')])
            self.lines.append(f'    def {special}(self{extra}):')
            self.lines.append('        burn()')
            self.lines.append('        return ' + (
                {'__len__': '3', '__bool__': 'self.x != 1', '__iter__': 'iter([1, self.x])',
                 '__getattr__': "5 if other in ('z', 'count') else object.__getattribute__(self, other)"}.get(special)
                or self.expression(Scope({'self': 'o', 'other': 'n'} if extra else {'self': 'o'}), 'n', 2)))
        self.lines += ['', '']
        self.classes.append(name)

    def program(self):
        r = self.r
        self.lines.append("G0 = 1\nG1 = 2.5\nG2 = [1, 2, 3]\nG3 = 0\nO = None\nG4 = 'text'\nG5 = {'a': 1, 1: 2}\n_ = None\n\n")
        for k in range(r.randrange(1, 4)):
            self.make_class(k)
        self.lines.append(f'O = {self.classes[0]}(3, 4)\n\n')
        for k in range(r.randrange(2, 6)):
            self.function(k)
        self.lines.append('def main():')
        usual = {'n': ['{k}', '{k} + 1', '{k} * 0.5', '-{k}', '(1 << 59) + {k}', '{k} % 2 == 0', '{k} + 0.25'], 's': ["'s%d' % {k}", "'word'", "'x' * {k}"],
                 'l': ['[{k}, 2]', '({k}, 1.5)', 'G2', 'list(range({k}))', 'range({k})', "iter(['p', {k}, 2.5, 'q' * {k}])", "map(str, range({k}))",
                       "(x * 2 for x in ('a', {k}, None))", "'letters'", 'zip([1, {k}], "ab")', '{{"x": 1, "y": {k}}}'], 'd': ["{{'a': {k}}}", 'dict.fromkeys(range({k}), 1)', 'G5'], 'o': ['C0({k}, 1)', 'O', 'C0(1.5, {k})']
                 + ([self.classes[-1] + '(2, {k})'])}
        for name, _, kinds, _, is_generator in self.functions:
            call = f'lambda *a: list({name}(*a))' if is_generator else name
            for _ in range(r.randrange(2, 5)):  # the kinds of operands, from phase to phase
                arguments = ', '.join(r.choice(usual[kind if r.random() < 0.9 else self.kind()]).format(k='k') for kind in kinds)
                self.lines.append(f'    results = [outcome({call}, {arguments}) for k in range({r.choice([6, 30, 60])})]')
                self.lines.append(f'    print({name!r}, results[:2], results[-1:], hash_of(results), notes[:3], hash_of(notes))')
                self.lines.append('    notes.clear()')
        self.lines.append('''

def hash_of(results):
    total = 0
    for text in results:
        for letter in text:
            total = (total * 31 + ord(letter)) % 1000000007
    return total


main()
print(show(G0), show(G1), show(G2), show(G3), show(O))
''')
        return PRELUDE + '\n\n' + '\n'.join(self.lines)


def program(seed):
    """That seed's program; where an odd statement doesn't compile (nonlocal of a parameter, say), the next one that does."""
    for attempt in range(1000):
        text = Generator(f'{seed}/{attempt}').program()
        try:
            compile(text, 'program', 'exec')
            return text
        except SyntaxError:
            pass
    raise AssertionError('nothing compiles')


def run(command, path, timeout, mode=''):
    environment = {key: value for key, value in os.environ.items() if not key.startswith('PYTHON')}
    environment.update(PYTHONHASHSEED='0', LC_ALL='C.UTF-8')
    try:
        script = ['-c', THREADS] if mode.startswith('threads') else []
        done = subprocess.run(command + script + [path], capture_output=True, timeout=timeout, env=environment, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return 'timeout', b'', b''
    return done.returncode, done.stdout, done.stderr.strip().split(b'\n')[-1]


def skip(expected):
    """What depends on the size of memory or stack isn't compared."""
    return b'MemoryError' in expected[1] or b'RecursionError' in expected[1] or expected[2].startswith((b'MemoryError', b'RecursionError'))


def differs(reference, interpreter, mode, path, timeout):
    expected = run([reference], path, timeout, mode)
    if expected[0] == 'timeout' or skip(expected):
        return None
    got = run([interpreter] + MODES[mode], path, timeout * 3, mode)
    return None if got == expected else (expected, got)


def reduce(reference, interpreter, mode, text, timeout, folder):
    """Takes lines out, in ever smaller runs, as long as the answers differ and both are whole programs."""
    lines = text.split('\n')
    size = len(lines) // 2
    path = os.path.join(folder, 'reduced.py')
    tries = 0
    while size and tries < 1500:
        start = 0
        while start < len(lines):
            candidate = lines[:start] + lines[start + size:]
            try:
                compile('\n'.join(candidate), 'reduced', 'exec')
            except SyntaxError:
                start += size
                continue
            with open(path, 'w', encoding='utf-8') as file:
                file.write('\n'.join(candidate))
            tries += 1
            difference = differs(reference, interpreter, mode, path, timeout)
            if difference and difference[0][0] == 0:
                lines = candidate
            else:
                start += size
        size //= 2
    return '\n'.join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('interpreter', nargs='?')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--count', type=int, default=20)
    parser.add_argument('--modes', default='off,baseline,warm,free,threads')
    parser.add_argument('--reference', default='/usr/bin/python3.11')
    parser.add_argument('--timeout', type=float, default=20)
    parser.add_argument('--jobs', type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument('--show', type=int)
    parser.add_argument('--reduce', action='store_true')
    parser.add_argument('--keep', default='build/fuzz-programs', help='where programs go whose answers differ')
    options = parser.parse_args()
    if options.show is not None:
        print(program(options.show))
        return 0
    passed, failed = 0, 0
    with tempfile.TemporaryDirectory(prefix='taipan-programs.') as folder:
        def one(seed):
            text = program(seed)
            path = os.path.join(folder, f'program{seed}.py')
            with open(path, 'w', encoding='utf-8') as file:
                file.write(text)
            expectations = {False: run([options.reference], path, options.timeout)}  # by whether several threads run it
            if expectations[False][0] == 'timeout' or skip(expectations[False]):
                return seed, text, []
            wrong = []
            for mode in options.modes.split(','):
                threads = mode.startswith('threads')
                if threads not in expectations:
                    expectations[threads] = run([options.reference], path, options.timeout, mode)
                expected = expectations[threads]
                got = run([options.interpreter] + MODES[mode], path, options.timeout * 3, mode)
                if got != expected:
                    wrong.append((mode, expected, got))
            return seed, text, wrong

        with ThreadPoolExecutor(options.jobs) as pool:
            for seed, text, wrong in pool.map(one, range(options.seed, options.seed + options.count)):
                if not wrong:
                    passed += 1
                    continue
                failed += 1
                os.makedirs(options.keep, exist_ok=True)
                kept = os.path.join(options.keep, f'{seed}.py')
                mode, expected, got = wrong[0]
                if options.reduce:
                    text = reduce(options.reference, options.interpreter, mode, text, options.timeout, folder)
                with open(kept, 'w', encoding='utf-8') as file:
                    file.write(text)
                print(f'{kept}: differs with {", ".join(name for name, _, _ in wrong)}')
                for name, one_expected, one_got in wrong[:1]:
                    print('  status', one_expected[0], one_got[0], one_got[2].decode(errors='replace')[:200])
                    ours, theirs = one_got[1].decode(errors='replace').split('\n'), one_expected[1].decode(errors='replace').split('\n')
                    for mine, reference in zip(ours, theirs):
                        if mine != reference:
                            at = next((k for k, (x, y) in enumerate(zip(mine, reference)) if x != y), 0)
                            print('  -' + reference[max(0, at - 60):at + 100] + '\n  +' + mine[max(0, at - 60):at + 100])
                            break
                sys.stdout.flush()
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
