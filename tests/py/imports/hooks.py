"""Finders and loaders of one's own: meta_path, path_hooks, find_spec, create_module, exec_module, sys.modules tricks."""
import importlib
import importlib.machinery
import importlib.util
import sys
import types


class Finder:
    log = []

    @classmethod
    def find_spec(cls, name, path, target=None):
        cls.log.append((name, path is None))
        if name.startswith('virtual'):
            return importlib.machinery.ModuleSpec(name, Loader(), is_package=name == 'virtual')


class Loader:
    def create_module(self, spec):
        if spec.name.endswith('custom'):
            m = types.ModuleType(spec.name)
            m.made_by = 'create_module'
            return m
        return None

    def exec_module(self, module):
        if module.__name__.endswith('fails'):
            raise RuntimeError('exec failed')
        module.value = f'value of {module.__name__}'


sys.meta_path.insert(0, Finder)
import virtual
import virtual.sub
import virtual.custom
print(virtual.value, virtual.sub.value, virtual.custom.made_by, virtual.__path__, virtual.sub.__package__, virtual.__spec__.loader.__class__.__name__)
try:
    import virtual.fails
except RuntimeError as e:
    print(e, 'virtual.fails' in sys.modules)
try:
    import notvirtual
except ImportError as e:
    print(e)
print(Finder.log)
sys.meta_path.remove(Finder)


class OnlyExec:
    def exec_module(self, m):
        m.x = 1


class NoExec:
    pass


for loader in OnlyExec(), NoExec(), None:
    spec = importlib.util.spec_from_loader('made', loader)
    try:
        m = importlib.util.module_from_spec(spec) if spec else None
        spec.loader.exec_module(m)
        print(m.x, m.__loader__ is loader)
    except Exception as e:
        print(type(e).__name__, e)
m = types.ModuleType('manual', 'doc text')
exec('a = 1\ndef f(): return a', m.__dict__)
sys.modules['manual'] = m
import manual
from manual import f
print(manual is m, f(), m.__doc__, m.__loader__, m.__spec__, repr(m))
m.__spec__ = importlib.machinery.ModuleSpec('manual', None, origin='somewhere')
print(repr(m))
sys.meta_path.append(5)
try:
    import certainly_missing
except AttributeError as e:
    print(e)
sys.meta_path.remove(5)
saved, sys.meta_path[:] = sys.meta_path[:], []
try:
    import certainly_missing_too
except ImportError as e:
    print(e)
sys.meta_path[:] = saved
real_import = __import__
calls = []


def spy(name, *args, **kw):
    calls.append((name, args[2] if len(args) > 2 else kw.get('fromlist'), args[3] if len(args) > 3 else 0))
    return real_import(name, *args, **kw)


import builtins
builtins.__import__ = spy
import os.path
from json import loads, dumps as d
import sys as s, types as t
builtins.__import__ = real_import
print([c for c in calls if c[0] in ('os.path', 'json', 'sys', 'types')][:4])
del builtins.__import__
try:
    import os
except ImportError as e:
    print(e)
builtins.__import__ = real_import
lazy = importlib.util.LazyLoader.factory(importlib.machinery.SourceFileLoader)
print(callable(lazy), importlib.util.resolve_name('.x', 'pkg'), importlib.util.resolve_name('x', None))
for args in [('.x', ''), ('...x', 'a.b')]:
    try:
        importlib.util.resolve_name(*args)
    except ImportError as e:
        print(e)
try:
    importlib.import_module('.x')
except TypeError as e:
    print(e)
importlib.import_module('virtual.other')
