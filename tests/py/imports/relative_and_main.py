"""Relative imports from scripts, __main__, reimport as a module, __package__ and __spec__ games."""
import sys

from support import tree

tree.make({
    'rel/__init__.py': 'tag = "rel"\n', 'rel/a.py': 'from . import tag\nfrom .sub import name\nfrom .sub.deep import up\nvalue = tag + name + up\n', 'rel/sub/__init__.py': 'name = "sub"\nfrom .. import tag as parent\n', 'rel/sub/deep.py': 'from ... import rel as top\nfrom .. import name as up\n' if False else 'from .. import tag as t0\nfrom . import name as up\n',
    'rel/wrong.py': 'from ...nowhere import x\n', 'rel/missing.py': 'from .nope import x\n', 'rel/star.py': 'from .sub import *\n', 'twin.py': 'import sys\ncount = getattr(sys, "twin_count", 0) + 1\nsys.twin_count = count\n', 'script.py': 'import script\nprint("script as", __name__, script.__name__)\n', 'dotted.name.py': 'x = 1\n', 'rel/__main__.py': 'print("main of rel", __package__, __name__)\n',
})
import rel.a
print(rel.a.value, rel.sub.parent, rel.sub.deep.t0)
for name in 'rel.wrong', 'rel.missing', 'rel.star', 'dotted.name', 'rel.sub.nope', 'rel.__main__', 'script':
    try:
        __import__(name)
        print(name, 'fine')
    except ImportError as e:
        print(name, type(e).__name__, str(e).replace(tree.base, 'BASE'))


def attempt(source, **ns):
    try:
        exec(source, ns)
        print(source, ns.get('__package__', '-'), 'ok')
    except Exception as e:
        print(source, ns.get('__package__', '-'), ns.get('__name__', '-'), '->', type(e).__name__, e)


import warnings
warnings.simplefilter('ignore')
attempt('from . import a')
attempt('from . import a', __name__='__main__')
attempt('from . import a', __name__='rel')
attempt('from . import a', __name__='rel.x')
attempt('from . import a', __name__='rel', __path__=[])
attempt('from . import a', __package__='rel')
attempt('from .sub import name', __package__='rel')
attempt('from ..sub import name', __package__='rel.sub')
attempt('from ... import x', __package__='rel.sub')
attempt('from . import a', __package__='')
attempt('from . import a', __package__=None, __name__='rel.x')
attempt('from . import a', __package__=5)
attempt('from . import a', __name__=5)
attempt('from . import a', __package__='not.loaded')
attempt('from . import zzz', __package__='rel')
attempt('import rel.sub as s; assert s.name')
attempt('from rel import sub, a, nope')
attempt('import rel.sub.deep, rel.a; rel.sub.deep.up')
import twin
first = twin
del sys.modules['twin']
import twin
print(twin is first, twin.count, first.count)
sys.modules['alias'] = twin
import alias
print(alias is twin, alias.__name__)
sys.modules['rel.virtual'] = twin
from rel import virtual
import rel.virtual as v
print(virtual is twin, v is twin, hasattr(rel, 'virtual'))
rel.sub = 'replaced'
from rel import sub
deep = sys.modules['rel.sub.deep']
print(sub, deep.__name__)
import importlib
print(importlib.import_module('.a', 'rel') is rel.a, importlib.import_module('rel.a').__spec__.parent, rel.a.__package__, rel.__spec__.parent, rel.__package__)
del sys.modules['rel']
import rel
print(rel.tag, hasattr(rel, 'a'), 'rel.a' in sys.modules)
tree.clean()
importlib.import_module('.x')
