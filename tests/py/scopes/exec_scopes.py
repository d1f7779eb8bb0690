"""exec and eval in functions, classes and nested scopes: what they see and what they change."""
x = 'global x'


def sees_locals():
    y = 'local y'
    return eval('x'), eval('y'), eval('[y for _ in "a"]', {'y': 'given'}), eval('locals()["y"]')


def no_closure():
    z = 1

    def inner():
        try:
            return eval('z')
        except NameError as e:
            return str(e)
    return inner()


def closure():
    z = 1

    def inner():
        z
        return eval('z')
    return inner()


def assigns():
    a = 1
    exec('a = 2\nb = 3')
    try:
        return a, b
    except NameError as e:
        return a, str(e)


def explicit():
    ns = {'a': 1}
    exec('a += 1\ndef f(): return a\nb = f()', ns)
    return ns['a'], ns['b']


def separate():
    g, l = {'a': 'g'}, {'a': 'l'}
    exec('def f(): return a\nr = a, f()\nglobal q\nq = 1', g, l)
    return l['r'], 'q' in g, 'q' in l, sorted(k for k in g if k != '__builtins__')


class C:
    attr = 5
    exec('made = attr * 2')
    seen = eval('attr + made')


def comprehension_in_exec():
    ns = {}
    exec('n = 3\nr = [n * i for i in range(n)]\ng = list(n for _ in "ab")', ns)
    l = {}
    try:
        exec('n = 3\nr = [n for _ in "a"]', {}, l)
    except NameError as e:
        return ns['r'], ns['g'], str(e)


def globals_change():
    exec('global fresh\nfresh = 1')
    exec('x2 = 5', globals())
    return fresh, x2


def code_reuse():
    code = compile('total = total + step', '<c>', 'exec')
    ns = {'total': 0, 'step': 2}
    for _ in range(5):
        exec(code, ns)
    return ns['total']


def nested_functions():
    ns = {}
    exec('''
def outer(n):
    def inner():
        nonlocal n
        n += 1
        return n
    return inner
class K:
    def m(self): return __class__.__name__
counter = outer(10)
values = [counter(), counter()]
name = K().m()
''', ns)
    return ns['values'], ns['name'], ns['K'].__module__ if '__name__' in ns else 'builtins?'


for f in sees_locals, no_closure, closure, assigns, explicit, separate, comprehension_in_exec, globals_change, code_reuse, nested_functions:
    print(f.__name__, f())
print(C.made, C.seen, hasattr(C, 'exec'))


class Tracker(dict):
    def __missing__(self, key):
        if key.startswith('auto'):
            self[key] = value = key.upper()
            return value
        raise KeyError(key)


t = Tracker()
exec('r = auto_a + auto_b\nlen_r = len(r)', {'__builtins__': __builtins__}, t)
print(sorted(t.items()))
try:
    exec('missing_name', {}, t)
except NameError as e:
    print(e)
print(eval('lambda q: q * k', {'k': 3})(4), eval('(lambda: w)()', {'w': 9}), eval('[v for v in seq]', {}, {'seq': 'ab'}))
exec('del x2', globals())
x2
