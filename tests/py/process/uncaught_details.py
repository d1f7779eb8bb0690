# runner: no
"""How a child dies of an uncaught exception: streams flushed in order, status, what is printed."""
import os
import re

from support.child import run

path = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'died.py')


def attempt(text, *args):
    with open(path, 'w') as f:
        f.write(text)
    status, out, err = run(path, *args)
    print(status, repr(out))
    print(re.sub('at 0x[0-9a-f]+', 'at ADDR', err.replace(path, 'SCRIPT')), end='')
    print('-----')


attempt('print("before")\n1/0\n')
attempt('def f():\n    g()\n\ndef g():\n    raise ValueError("deep")\n\nf()\n')
attempt('raise SystemExit\n')
attempt('raise SystemExit(None)\n')
attempt('raise SystemExit("text to stderr")\n')
attempt('raise SystemExit([1, 2])\n')
attempt('raise SystemExit(256 + 5)\n')
attempt('raise SystemExit(-1)\n')
attempt('raise SystemExit(2 ** 70)\n')
attempt('raise KeyboardInterrupt\n')
attempt('raise GeneratorExit("g")\n')
attempt('x = (1,\n     2\n')
attempt('if 1:\nprint(1)\n')
attempt('  x = 1\n')
attempt('print("é" +\n      5)\n')
attempt('class E(Exception):\n    def __str__(self):\n        return "line 1\\nline 2"\nraise E\n')
attempt('import sys\nsys.excepthook = None\n1/0\n')
attempt('import sys\ndef hook(*a):\n    raise KeyError("in hook")\nsys.excepthook = hook\n1/0\n')
attempt('import sys\ndel sys.excepthook\n1/0\n')
attempt('import sys\nsys.tracebacklimit = 1\ndef f(): g()\ndef g(): 1/0\nf()\n')
attempt('import sys\nsys.tracebacklimit = 0\n1/0\n')
attempt('import atexit\natexit.register(lambda: 1/0)\natexit.register(print, "fine")\nraise ValueError("main")\n')
attempt('class D:\n    def __del__(self):\n        print("del", flush=True)\nd = D()\nraise ValueError("v")\n')
attempt('import threading\ndef f():\n    raise ValueError("in thread")\nt = threading.Thread(target=f, name="worker")\nt.start()\nt.join()\nprint("main fine")\n')
attempt('import threading, sys\ndef f():\n    sys.exit(3)\nt = threading.Thread(target=f)\nt.start()\nt.join()\nprint("thread exit ignored")\n')
attempt('try:\n    1/0\nexcept ZeroDivisionError as e:\n    raise ValueError("chained") from e\n')
attempt('def f(n):\n    if n: f(n - 1)\n    else: raise KeyError("bottom")\nf(10)\n')
attempt('with open("/nonexistent/file") as f: pass\n')
attempt('from no_such_module import x\n')
attempt('import sys\nsys.stdout.write("partial")\nsys.stderr.write("err\\n")\nraise OSError(2, "m", "f")\n')
os.remove(path)
raise run(path)[0].__class__('not an exception')
