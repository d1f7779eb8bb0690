# runner: no
# Extension modules come from files along sys.path, by importlib's own rules.
import _imp
import importlib.machinery
import importlib.util
import os
import shutil
import sys
import sysconfig
import tempfile

spec = importlib.util.find_spec('_testcapi')
print(type(spec.loader).__name__, spec.name, spec.has_location, spec.cached, spec.submodule_search_locations)
print(sysconfig.get_config_var('EXT_SUFFIX') == importlib.machinery.EXTENSION_SUFFIXES[0] == _imp.extension_suffixes()[0])
import _testcapi
print(_testcapi.INT_MAX, _testcapi.__file__ == spec.origin, _testcapi.__spec__.loader is _testcapi.__loader__)
print(importlib.reload(_testcapi) is _testcapi, sys.modules['_testcapi'] is _testcapi)
with tempfile.TemporaryDirectory() as folder:
    sys.path.insert(0, folder)
    suffix = importlib.machinery.EXTENSION_SUFFIXES[0]
    shutil.copy(spec.origin, os.path.join(folder, 'other' + suffix))
    with open(os.path.join(folder, 'broken' + suffix), 'w') as f:
        f.write('no shared object')
    for name in ('other', 'broken', 'missing'):
        try:
            __import__(name)
        except ImportError as e:
            print(type(e).__name__, e.name, e.path and os.path.basename(e.path) == name + suffix,
                  str(e) if name != 'broken' else '')
print(type(sys.getdlopenflags()).__name__)
