# runner: no
"""-m: modules, packages with __main__, errors, arguments."""
import os
import shutil

from support.child import last, run, show

base = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'mflag')
os.makedirs(base + '/pkg/sub')


def write(name, text):
    with open(os.path.join(base, name), 'w') as f:
        f.write(text)


info = 'import sys\nprint(__name__, __package__, __spec__.name, sys.argv[1:], sys.argv[0] == __file__)\n'
write('mod.py', info)
write('pkg/__init__.py', 'print("init", __name__)\n')
write('pkg/__main__.py', info + 'from . import helper\nprint(helper.value)\n')
write('pkg/helper.py', 'value = 5\n')
write('pkg/sub/__init__.py', '')
write('pkg/mod.py', info)
write('bad.py', 'x = = 1\n')
write('raises.py', 'def f():\n    raise ValueError("in module")\nf()\n')
os.makedirs(base + '/dirmain')
write('dirmain/__main__.py', 'import sys\nprint(__name__, sys.path[0].endswith("dirmain"), __package__ == "", sys.argv[1:])\n')
show('-m', 'mod', 'a', '-b', cwd=base)
show('-m', 'pkg', cwd=base)
show('-m', 'pkg.mod', 'x', cwd=base)
last('-m', 'pkg.sub', cwd=base)
last('-m', 'nope', cwd=base)
last('-m', 'pkg.nope', cwd=base)
last('-m', 'nope.sub', cwd=base)
last('-m', 'mod.sub', cwd=base)
last('-m', '.mod', cwd=base)
last('-m', 'mod.py', cwd=base)
last('-m', 'bad', cwd=base)
last('-m', 'raises', cwd=base)
last('-m', 'sys', cwd=base)
print(run('-m', cwd=base)[0])
last('-I', '-m', 'mod', cwd=base)
last('-P', '-m', 'mod', cwd=base)
show(base + '/dirmain', 'arg')
os.remove(base + '/dirmain/__main__.py')
status, out, err = run(base + '/dirmain')
print(status, err.replace(base, 'BASE'), end='')
import runpy
import sys
sys.path.insert(0, base)
print(sorted(k for k in runpy.run_module('mod') if not k.startswith('__')))
print(runpy.run_path(base + '/pkg/helper.py')['value'])
try:
    runpy.run_module('pkg.missing')
except ImportError as e:
    print(e)
shutil.rmtree(base)
runpy.run_module('gone')
