"""The cache of compiled modules: where it goes, when it is used, hash-based, unwritable, legacy."""
import importlib
import importlib.util
import os
import sys

from support import tree

sys.dont_write_bytecode = False
base = tree.make({'one.py': 'value = 1\n', 'two.py': 'value = 2\n', 'three.py': 'value = 3\n', 'bad.py': 'x = (\n', 'four.py': 'value = 4\n'})


def fresh(name):
    sys.modules.pop(name, None)
    importlib.invalidate_caches()
    return importlib.import_module(name)


m = fresh('one')
cache = m.__cached__
tag = sys.implementation.cache_tag
print(os.path.relpath(cache, base).replace(tag, 'TAG'), os.path.exists(cache), m.__spec__.cached == cache, importlib.util.cache_from_source('/a/b.py').replace(tag, 'TAG'), importlib.util.source_from_cache(cache) == m.__file__, importlib.util.cache_from_source('x.py', optimization=2).replace(tag, 'TAG'))
stat = os.stat(base + '/one.py')
with open(base + '/one.py', 'w') as f:
    f.write('value = 9\n')
os.utime(base + '/one.py', ns=(stat.st_atime_ns, stat.st_mtime_ns))
print(fresh('one').value)
with open(base + '/one.py', 'w') as f:
    f.write('value = 12345\n')
print(fresh('one').value)
sys.dont_write_bytecode = True
m = fresh('two')
print(os.path.exists(m.__cached__), m.value)
sys.dont_write_bytecode = False
try:
    fresh('bad')
except SyntaxError as e:
    print(type(e).__name__, os.path.exists(importlib.util.cache_from_source(base + '/bad.py')))
for f in (lambda: importlib.util.source_from_cache('x.py'), lambda: importlib.util.source_from_cache('/a/__pycache__/x.pyc'), lambda: importlib.util.cache_from_source(5), lambda: importlib.util.cache_from_source('x.py', optimization='a b'), lambda: importlib.util.cache_from_source('x.py', True, optimization=1)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
sys.pycache_prefix = os.path.join(base, 'elsewhere')
m = fresh('three')
print(m.__cached__.startswith(sys.pycache_prefix), os.path.exists(m.__cached__), m.value)
sys.pycache_prefix = None
import py_compile
path = py_compile.compile(base + '/four.py', doraise=True)
print(os.path.relpath(path, base).replace(tag, 'TAG'), fresh('four').value)
legacy = py_compile.compile(base + '/four.py', cfile=base + '/legacy.pyc')
print(fresh('legacy').value, fresh('legacy').__file__.endswith('legacy.pyc'))
try:
    py_compile.compile(base + '/bad.py', doraise=True)
except py_compile.PyCompileError as e:
    print(type(e).__name__, e.exc_type_name, e.msg.splitlines()[-1])
checked = py_compile.compile(base + '/two.py', invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
print(int.from_bytes(open(checked, 'rb').read()[4:8], 'little'), fresh('two').value)
with open(base + '/two.py', 'w') as f:
    f.write('value = "rehashed"\n')
print(fresh('two').value)
import marshal
code = compile('a = [1, 2.5, "x", b"y", None, (1,), 10 ** 30]', 'f', 'exec')
back = marshal.loads(marshal.dumps(code))
ns = {}
exec(back, ns)
print(ns['a'][:3], back.co_name, marshal.loads(marshal.dumps({'k': [1, (2, {3}), 'é', 1j, ..., True, -2 ** 70]})))
for bad in b'', b'\xff', b'i', b's\xff\xff\xff\x7f', b'(', b'c', 5, 'x':
    try:
        marshal.loads(bad)
        print('loaded', bad)
    except Exception as e:
        print(type(e).__name__, e)
for bad in object(), lambda: 0, [object()], type:
    try:
        marshal.dumps(bad)
    except ValueError as e:
        print(e)
tree.clean()
fresh('one')
