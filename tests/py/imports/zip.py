# runner: no
"""Importing from a stored zip archive on sys.path."""
import binascii
import os
import struct
import sys

path = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'modules.zip')


def make_zip(files):
    out, central = b'', b''
    for name, data in files.items():
        data, raw = data.encode(), name.encode()
        crc = binascii.crc32(data)
        head = struct.pack('<HHHHHIIIHH', 20, 0, 0, 0, 0x21, crc, len(data), len(data), len(raw), 0)
        central += b'PK\1\2' + struct.pack('<H', 20) + head + struct.pack('<HHHII', 0, 0, 0, 0, len(out)) + raw
        out += b'PK\3\4' + head + raw + data
    return out + central + b'PK\5\6' + struct.pack('<HHHHIIH', 0, 0, len(files), len(files), len(central), len(out), 0)


with open(path, 'wb') as f:
    f.write(make_zip({'zmod.py': 'x = 1\nprint("zmod", __file__.endswith("zmod.py"))\n', 'zpkg/__init__.py': 'from . import inner\n', 'zpkg/inner.py': 'name = __name__\n', 'zpkg/data.txt': 'some data', 'zbad.py': 'x = = 1\n', '__main__.py': 'import sys, zmod\nprint("main of zip", __name__, sys.argv[1:])\n'}))
sys.path.insert(0, path)
import zmod
import zpkg
print(zmod.x, zpkg.inner.name, type(zmod.__loader__).__name__, zpkg.__path__[0].replace(path, 'ZIP'), zmod.__spec__.origin.replace(path, 'ZIP'))
loader = zpkg.__loader__
print(loader.get_data(os.path.join(path, 'zpkg', 'data.txt')), loader.is_package('zpkg'), loader.archive == path, repr(loader.get_source('zmod'))[:12])
for f in (lambda: loader.get_data('nothing'), lambda: loader.get_source('nope'), lambda: loader.is_package('nope')):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, str(e).replace(path, 'ZIP'))
try:
    import zbad
except SyntaxError as e:
    print(e.msg, e.lineno, e.filename.replace(path, 'ZIP'))
try:
    import zpkg.missing
except ImportError as e:
    print(e)
import zipimport
for bad in '/nonexistent.zip', os.__file__, 5:
    try:
        zipimport.zipimporter(bad)
    except Exception as e:
        print(type(e).__name__, str(e).replace(os.__file__, 'OS'))
sys.stdout.flush()
pid = os.posix_spawn(sys.executable, [sys.executable, path, 'arg'], os.environ)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
os.remove(path)
import importlib
importlib.invalidate_caches()
sys.path_importer_cache.clear()
import zmissing
