"""Code objects: attributes, equality, replace, consts, names, flags."""


def f(a, b=1, /, c=2, *args, d, e=3, **kw):
    """doc"""
    x = a + b
    y = [x for _ in args]

    def inner():
        return x, c
    return inner


c = f.__code__
print(c.co_name, c.co_qualname, c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_nlocals, c.co_varnames, c.co_cellvars, c.co_freevars, c.co_firstlineno, c.co_filename.endswith('code_objects.py'))
print(c.co_consts[0], [k.co_name for k in c.co_consts if hasattr(k, 'co_name')], c.co_names, c.co_flags & 0x0f, bool(c.co_flags & 4), bool(c.co_flags & 8), isinstance(c.co_code, bytes), len(c.co_code) % 2, isinstance(c.co_linetable, bytes), c.co_stacksize > 0)
for source in 'lambda: (yield)', 'async def g(): pass', 'async def g(): yield', 'def g(): yield', 'def g(): x = 1\n', 'def g():\n def h(): return g\n return h', 'class C: x = 1', '[x for x in y]':
    code = compile(source, 's', 'exec')
    inner = [k for k in code.co_consts if hasattr(k, 'co_name')]
    print(repr(source), [(k.co_name, hex(k.co_flags & 0x2ff), k.co_varnames, k.co_freevars, k.co_cellvars) for k in inner])
a, b = compile('x + 1', 's', 'eval'), compile('x + 1', 's', 'eval')
print(a == b, hash(a) == hash(b), a is b, a == compile('x + 2', 's', 'eval'), a == compile('x + 1', 't', 'eval'), a == compile('x + 1.0', 's', 'eval'), a == compile('\nx + 1', 's', 'eval') )
r = c.replace(co_name='renamed', co_filename='other', co_firstlineno=99)
print(r.co_name, r.co_filename, r.co_firstlineno, r == c, c.replace() == c)
for kw in {'co_name': 5}, {'nope': 1}, {'co_argcount': 'x'}, {'co_consts': [1]}, {'co_code': 'x'}, {'co_argcount': -1}:
    try:
        print(c.replace(**kw))
    except Exception as e:
        print(type(e).__name__, e)
try:
    c.co_name = 'x'
except AttributeError as e:
    print(e)
try:
    type(c)()
except TypeError as e:
    print(e)


def g():
    return 1


print((lambda: 0).__code__.co_name, repr(g.__code__).startswith('<code object g at 0x'), repr(g.__code__)[-9:])
g.__code__ = (lambda: 'swapped').__code__
print(g())
for bad in f.__code__.co_consts[1] if False else 5, 'x', None:
    try:
        g.__code__ = bad
    except TypeError as e:
        print(e)
x = 1


def closure():
    v = 1
    def h(): return v
    return h


try:
    g.__code__ = closure().__code__
except ValueError as e:
    print(e)
import types
h = types.FunctionType(closure().__code__, {}, 'named', None, (types.CellType(42),))
print(h(), h.__name__, h.__closure__[0].cell_contents)
for args in [(5, {}), (g.__code__, 5), (closure().__code__, {}), (closure().__code__, {}, 'n', None, ()), (g.__code__, {}, 5), (g.__code__, {}, 'n', 5), (closure().__code__, {}, 'n', None, (1,))]:
    try:
        types.FunctionType(*args)
    except Exception as e:
        print(type(e).__name__, e)
print(types.CellType(), types.CellType().cell_contents) if False else print(types.CellType(1) == types.CellType(1), types.CellType(1) < types.CellType(2))
types.CellType().cell_contents
