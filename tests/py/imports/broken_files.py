"""Modules that are empty, unreadable, binary, wrongly encoded; stale and corrupt caches."""
import importlib
import os
import sys

from support import tree

sys.dont_write_bytecode = False
base = tree.make({
    'empty.py': '', 'nul.py': b'x = 1\0\n', 'badutf.py': b'x = "\xff"\n', 'latin.py': b'# -*- coding: latin-1 -*-\nx = "\xe9"\n', 'unknown.py': b'# coding: no-such-encoding\nx = 1\n', 'bom.py': b'\xef\xbb\xbfx = "bom"\n', 'crlf.py': b'x = 1\r\nif x:\r\n    y = """a\r\nb"""\r\n',
    'cr.py': b'x = 1\ry = 2\r', 'tabs.py': b'if 1:\n\tx = 1\n        y = 2\n', 'noeol.py': b'x = "no newline"', 'syntax.py': b'def f(:\n', 'formfeed.py': b'\x0cx = 1\n\x0c\nif x:\n    y = 2\n', 'bombad.py': b'\xef\xbb\xbf# coding: latin-1\nx = 1\n', 'deep.py': b'x = ' + b'(' * 100 + b'1' + b')' * 100 + b'\n',
    'cached.py': b'value = "first"\n',
})
os.makedirs(base + '/folder.py')


def show(name):
    try:
        m = importlib.import_module(name)
        print(name, {k: v for k, v in vars(m).items() if not k.startswith('__')})
    except BaseException as e:
        print(name, type(e).__name__, str(e).replace(base, 'BASE'))


for name in 'empty', 'nul', 'badutf', 'latin', 'unknown', 'bom', 'crlf', 'cr', 'tabs', 'noeol', 'syntax', 'formfeed', 'bombad', 'deep', 'folder':
    show(name)
import cached
print(cached.value, os.path.basename(cached.__cached__).startswith('cached.'), os.path.exists(cached.__cached__))
path = cached.__cached__
good = open(path, 'rb').read()
for label, data in ('truncated', good[:10]), ('bad magic', b'\0\0\0\0' + good[4:]), ('empty', b''), ('garbage', b'\xff' * 200), ('cut body', good[:-5]), ('flipped', good[:16] + bytes(255 - b for b in good[16:24]) + good[24:]):
    with open(path, 'wb') as f:
        f.write(data)
    del sys.modules['cached']
    try:
        import cached
        print(label, cached.value)
    except Exception as e:
        print(label, 'refused', isinstance(e, (EOFError, ValueError, TypeError, ImportError)))
        with open(path, 'wb') as f:
            f.write(good)
with open(base + '/cached.py', 'w') as f:
    f.write('value = "second, longer"\n')
del sys.modules['cached']
import cached
print(cached.value)
os.remove(base + '/cached.py')
del sys.modules['cached']
importlib.invalidate_caches()
show('cached')
tree.clean()
show('empty')
import nul
