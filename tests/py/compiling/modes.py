"""compile(), eval() and exec(): modes, flags, arguments, namespaces, errors."""
import ast


def show(f):
    try:
        r = f()
        print(r if not hasattr(r, 'co_name') else f'code {r.co_name} {r.co_filename} {r.co_firstlineno}')
    except Exception as e:
        print(type(e).__name__, e)


show(lambda: compile('x = 1', 'f', 'exec'))
show(lambda: compile('1 + 1', 'f', 'eval'))
show(lambda: compile('1 + 1\n', 'f', 'single'))
show(lambda: compile('x = 1', 'f', 'eval'))
show(lambda: compile('x = 1\ny = 2', 'f', 'single'))
show(lambda: compile('if 1:\n  x\n', 'f', 'single'))
show(lambda: compile('x; y', 'f', 'single'))
show(lambda: compile('', 'f', 'exec'))
show(lambda: compile('', 'f', 'eval'))
show(lambda: compile('', 'f', 'single'))
show(lambda: compile(' 1', 'f', 'eval'))
show(lambda: compile('1\n\n  # c\n', 'f', 'eval'))
show(lambda: compile('1;', 'f', 'eval'))
show(lambda: compile('x', 'f', 'bogus'))
show(lambda: compile('x', 'f'))
show(lambda: compile(5, 'f', 'exec'))
show(lambda: compile('x', 5, 'exec'))
show(lambda: compile('x\0y', 'f', 'exec'))
show(lambda: compile('x', 'f', 'exec', flags=1 << 30))
show(lambda: compile('x', 'f', 'exec', optimize=5))
show(lambda: compile('x', 'f\0', 'exec'))
show(lambda: compile('x', b'bytes name', 'exec'))
show(lambda: compile(source='x', filename='n', mode='eval', dont_inherit=True))
show(lambda: type(compile('x', 'f', 'exec', ast.PyCF_ONLY_AST)).__name__)
show(lambda: type(compile('x', 'f', 'eval', ast.PyCF_ONLY_AST)).__name__)
show(lambda: compile(ast.parse('x = 1'), 'f', 'exec'))
show(lambda: compile(ast.parse('x'), 'f', 'eval'))
show(lambda: compile(ast.parse('1 + 2', mode='eval'), 'f', 'eval'))
show(lambda: eval(compile('assert 0', 'f', 'exec', optimize=1)))
show(lambda: eval(compile('assert 0, "kept"', 'f', 'exec', optimize=0)))
show(lambda: eval(compile('"doc"', 'f', 'exec', optimize=2)))
show(lambda: eval('1 + x', {'x': 2}))
show(lambda: eval('x + y', {'x': 1}, {'y': 2}))
show(lambda: eval('x', {'x': 1}, {'x': 2}))
show(lambda: eval('  \t1'))
show(lambda: eval('1 2'))
show(lambda: eval('x = 1'))
show(lambda: eval(5))
show(lambda: eval('1', 5))
show(lambda: eval('1', {}, 5))
show(lambda: eval('x', {}, {}))
show(lambda: eval())
show(lambda: exec('x', {}, 5))
show(lambda: exec('x', 5))
show(lambda: exec(5))
show(lambda: exec('x = 1', globals={}))
show(lambda: eval('__builtins__["len"]("abc")', {'__builtins__': {'len': len}}))


class M(dict):
    def __getitem__(self, k):
        print('lookup', k)
        return dict.get(self, k, f'<{k}>')

    def __setitem__(self, k, v):
        print('store', k, v)
        super().__setitem__(k, v)


exec('a = b\nprint(a)', {'print': print}, M())
show(lambda: eval('q + r', {}, M()))
g = {}
exec('def f(): return later\nlater = 5', g)
print(g['f'](), sorted(k for k in g if k != '__builtins__'))
code = compile('x * 2', '<c>', 'eval')
print([eval(code, {'x': i}) for i in range(3)])
exec(compile('1 + 1', 'f', 'single'))


def free():
    v = 1
    return (lambda: v).__code__


show(lambda: exec(free()))
show(lambda: eval(free()))
exec('print(closure_var())', {'closure_var': lambda: 'ok', 'print': print})
exec((lambda: print('from code')).__code__)
compile('x', 'f', 'bogus')
