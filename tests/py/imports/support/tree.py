"""Makes a temporary folder of modules and puts it on sys.path."""
import os
import sys

base = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'imports')


def make(files):
    for name, text in files.items():
        path = os.path.join(base, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(text if isinstance(text, bytes) else text.encode())
    if base not in sys.path:
        sys.path.insert(0, base)
    import importlib
    importlib.invalidate_caches()
    return base


def clean():
    import shutil
    shutil.rmtree(base, ignore_errors=True)
