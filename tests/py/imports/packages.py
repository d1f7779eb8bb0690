"""Packages: __init__, submodules, relative imports, __all__, attributes set on the parent."""
import sys

from support import tree

tree.make({
    'pkg/__init__.py': 'print("pkg init", __name__, __path__ != [], __package__)\nfrom . import early\n__all__ = ["late", "x"]\nx = "pkg x"\nhidden = 1\n',
    'pkg/early.py': 'print("early", __name__, __package__)\n',
    'pkg/late.py': 'print("late")\nfrom .sub import deep\nfrom .. import nothing_above if 0 else None\n'.replace('from .. import nothing_above if 0 else None\n', 'from . import early as e2\nname = deep.name + e2.__name__\n'),
    'pkg/sub/__init__.py': 'print("sub init")\n',
    'pkg/sub/deep.py': 'print("deep")\nfrom ..early import __name__ as up\nfrom ... import too_far' if False else 'print("deep")\nfrom .. import x\nfrom ..early import __name__ as up\nname = "deep"\n',
    'pkg/toofar.py': 'from ... import x\n',
    'pkg/star.py': 'from pkg import *\nnames = sorted(n for n in globals() if not n.startswith("__"))\n',
    'single.py': '"""docstring"""\n_private = 1\npublic = 2\nprint(__name__, __doc__, __file__.endswith("single.py"), __spec__.name, __package__ == "")\n',
    'badall.py': '__all__ = ["missing"]\n', 'badall2.py': '__all__ = [5]\n', 'main_like.py': 'if __name__ == "__main__":\n    print("never")\nelse:\n    print("imported")\n',
})
import pkg
print(pkg.x, hasattr(pkg, 'early'), hasattr(pkg, 'late'))
import pkg.late
print(pkg.late.name, pkg.sub.deep.up, sorted(n for n in sys.modules if n.startswith('pkg')))
from pkg import late as l, x as y
print(l is pkg.late, y)
import pkg.sub.deep as d
print(d.name)
from pkg.star import names
print(names)
import single
from single import *
print('public' in globals(), '_private' in globals())
import main_like


def show(source):
    try:
        exec(source, {'__name__': 'pkg.fake', '__package__': 'pkg'})
        print('ok', source)
    except Exception as e:
        print(source, '->', type(e).__name__, str(e).replace(tree.base, 'BASE'))


show('import pkg.toofar')
show('from badall import *')
show('from badall2 import *')
show('from pkg import missing')
show('import pkg.missing')
show('from pkg.sub import missing')
show('from . import early')
show('from .early import nope')
show('from .nope import x')
show('from .... import x')
show('import single.sub')
show('from pkg.sub.deep import *')
del sys.modules['pkg.early']
del pkg.early
import pkg.early
print(pkg.early.__name__)
import single as again
print(again is single)
del sys.modules['single']
import single as third
print(third is again)
print(__import__('pkg.sub.deep') is pkg, __import__('pkg.sub', fromlist=['deep']) is pkg.sub, __import__('sub', {'__package__': 'pkg', '__name__': 'pkg.q'}, None, ['x'], 1) is pkg.sub)
print(pkg, single.__spec__.origin.replace(tree.base, 'BASE')) if False else print(repr(pkg).replace(tree.base, 'BASE'), repr(sys), pkg.__spec__.submodule_search_locations[0].replace(tree.base, 'BASE'))
tree.clean()
import pkg.gone
