"""Circular imports: what works, and the texts when it doesn't."""
import sys

from support import tree

tree.make({
    'a.py': 'print("a starts")\nimport b\nx = 1\nprint("a ends", b.y)\n',
    'b.py': 'print("b starts")\nimport a\nprint("a has x:", hasattr(a, "x"))\ny = 2\n',
    'c.py': 'from d import q\np = 1\n', 'd.py': 'from c import p\nq = 2\n',
    'e.py': 'import f\nvalue = f.g()\n', 'f.py': 'import e\ndef g():\n    return e.late\n',
    'pack/__init__.py': 'from . import one\n', 'pack/one.py': 'from . import two\nv = 1\n', 'pack/two.py': 'from . import one\nimport pack.one as po\nprint("two sees", hasattr(one, "v"), po is one)\n',
    'self_import.py': 'import self_import\nprint(self_import.__name__, hasattr(self_import, "after"))\nafter = 1\n',
    'lazy_a.py': 'def f():\n    from lazy_b import g\n    return g()\n', 'lazy_b.py': 'from lazy_a import f\ndef g():\n    return "g"\n',
    'removes.py': 'import sys\ndel sys.modules[__name__]\n', 'replaces.py': 'import sys\nsys.modules[__name__] = "a string"\n', 'fails.py': 'import helper_mod\nraise ValueError("while importing")\n', 'helper_mod.py': 'print("helper")\n',
})
import a
import self_import
import pack
for name in 'c', 'e', 'removes', 'replaces', 'fails':
    try:
        m = __import__(name)
        print(name, type(m).__name__)
    except Exception as err:
        print(name, type(err).__name__, str(err).replace(tree.base, 'BASE'))
print('c' in sys.modules, 'd' in sys.modules, 'fails' in sys.modules, 'helper_mod' in sys.modules)
import lazy_a
print(lazy_a.f())
try:
    import fails
except ValueError as err:
    print('again', err)
import importlib
tree.make({'a.py': 'print("a reloaded")\nx = 2\n'})
old = a
import os
os.utime(tree.base + '/a.py', (1, 1))
print(importlib.reload(a) is old, a.x)
try:
    importlib.reload(5)
except TypeError as err:
    print(err)
del sys.modules['a']
try:
    importlib.reload(a)
except ImportError as err:
    print(err)
tree.make({'pack/two.py': 'syntax error here\n'})
for n in [n for n in sys.modules if n.startswith('pack')]:
    del sys.modules[n]
try:
    import pack
except SyntaxError as err:
    print(err.msg, err.lineno, [n for n in sys.modules if n.startswith('pack')])
tree.clean()
from self_import import nothing
