"""Namespace packages spread over several folders."""
import os
import sys

from support import tree

base = tree.make({
    'one/ns/a.py': 'name = "one a"\n', 'two/ns/b.py': 'name = "two b"\nfrom . import a\nfrom .a import name as other\n', 'two/ns/a.py': 'name = "two a, shadowed"\n',
    'one/ns/inner/x.py': 'v = "x"\n', 'two/ns/inner/y.py': 'v = "y"\n', 'three/reg/__init__.py': 'kind = "regular"\n', 'one/reg/z.py': '', 'three/ns/c.py': 'name = "three c"\n',
})
sys.path[:0] = [os.path.join(base, 'one'), os.path.join(base, 'two')]
import ns
print(type(ns.__path__).__name__, [os.path.relpath(p, base) for p in ns.__path__], ns.__file__ if hasattr(ns, '__file__') else 'no file', ns.__spec__.origin, ns.__package__)
print(repr(ns).split(' object ')[0])
from ns import a, b
print(a.name, b.name, b.other)
import ns.inner.x
import ns.inner.y
print(ns.inner.x.v, ns.inner.y.v)
try:
    import ns.c
except ImportError as e:
    print(e)
sys.path.append(os.path.join(base, 'three'))
import ns.c
print(ns.c.name, len(ns.__path__))
import reg
print(reg.kind, os.path.relpath(reg.__file__, base))
try:
    import reg.z
except ImportError as e:
    print(e)
try:
    ns.__path__[10]
except IndexError as e:
    print(e)
try:
    from ns import missing
except ImportError as e:
    print(str(e).replace(base, 'BASE'))
import importlib.util
print(importlib.util.find_spec('ns.b').name, importlib.util.find_spec('nope'), importlib.util.find_spec('ns.nope'))
try:
    importlib.util.find_spec('nope.sub')
except ModuleNotFoundError as e:
    print(e)
print(ns.__loader__.__class__.__name__, 'ns' in sys.modules, sorted(m for m in sys.modules if m.startswith('ns')))
tree.clean()
import ns.late
