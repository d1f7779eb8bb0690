# runner: no
"""-i and the prompt over a pipe: what is printed, errors, exits."""
from support.child import run


def session(text, *args, **kw):
    status, out, err = run(*args, stdin=text, **kw)
    print(repr(text), status)
    for line in out.splitlines():
        print('  out:', line)
    for line in err.splitlines():
        if not line.startswith(('Python 3', '[GCC', '[Clang', 'Type "help"')):
            print('  err:', line)


session('1 + 1\nx = 5\nx\n"text"\nNone\n_\n', '-q', '-i')
session('if 1:\n    print("block")\n\nprint("after")\n', '-q', '-i')
session('1/0\nprint("goes on")\n', '-q', '-i')
session('x = = 1\nprint("goes on")\n', '-q', '-i')
session('def f():\n    return 3\n\nf()\nfor i in range(2):\n    i\n\n', '-q', '-i')
session('import sys\nsys.exit(4)\nprint("never")\n', '-q', '-i')
session('raise SystemExit("bye")\n', '-q', '-i')
session('x\n', '-q', '-i', '-c', 'x = 7; print("first")')
session('print("after error")\n', '-q', '-i', '-c', '1/0')
session('import sys\nprint(repr(sys.ps1), repr(sys.ps2))\nsys.ps1 = "$ "\nsys.ps2 = ". "\n5\nif 1:\n  6\n\n', '-q', '-i')
session('import sys\nsys.displayhook = lambda v: print("hook", v)\n5\n', '-q', '-i')
session('import builtins\n3\nbuiltins._\n', '-q', '-i')
session('"unfinished\nprint("ok")\n', '-q', '-i')
session('(1 +\n2)\n', '-q', '-i')
session('class C:\n  x = 1\n\nC.x\ntry:\n  1/0\nexcept ZeroDivisionError:\n  "caught"\n\n', '-q', '-i')
session('  indented\n', '-q', '-i')
session('@staticmethod\ndef f(): pass\n\nlambda: 0 if 0 else 1\n'.replace('lambda: 0 if 0 else 1\n', ''), '-q', '-i')
session('print(__name__, __doc__)\nimport __main__\nsorted(k for k in vars(__main__) if not k.startswith("__"))\n', '-q', '-i')
session('', '-q', '-i')
session('exit()\n', '-q', '-i')
session('quit\nexit\ncopyright.__class__.__name__\n', '-q', '-i')
