# runner: no
"""What happens at exit and in which order: atexit, threads, flushing, module teardown, exit codes."""
from support.child import run


def attempt(title, code):
    status, out, err = run('-c', code)
    print(title, status)
    for line in out.splitlines():
        print('   ', line)
    for line in err.splitlines()[-3:]:
        print('  !', line.strip())


attempt('atexit order', 'import atexit\nfor i in range(3): atexit.register(print, i)\nprint("end")')
attempt('atexit in atexit', 'import atexit\ndef a():\n    print("a")\n    atexit.register(print, "late")\natexit.register(a)')
attempt('atexit after error', 'import atexit\natexit.register(print, "ran")\n1/0')
attempt('atexit after exit', 'import atexit, sys\natexit.register(print, "ran")\nsys.exit(3)')
attempt('no atexit after _exit', 'import atexit, os\natexit.register(print, "never")\nprint("x", flush=True)\nos._exit(4)')
attempt('exit in atexit', 'import atexit, sys\natexit.register(print, "second")\natexit.register(sys.exit, 7)\nprint("main")')
attempt('error in atexit', 'import atexit\natexit.register(print, "second")\natexit.register(lambda: {}["k"])')
attempt('thread finishes first', 'import threading, time, atexit\natexit.register(print, "atexit")\ndef f():\n    time.sleep(0.05)\n    print("thread done")\nthreading.Thread(target=f).start()\nprint("main done")')
attempt('daemon does not', 'import threading, time\nthreading.Thread(target=lambda: (time.sleep(5), print("never")), daemon=True).start()\nprint("main done")')
attempt('exit in thread', 'import threading, sys\nt = threading.Thread(target=lambda: sys.exit(5))\nt.start()\nt.join()\nprint("main goes on")')
attempt('globals die', 'class C:\n    def __init__(self, n): self.n = n\n    def __del__(self): print("del", self.n)\na = C("a")\nb = C("b")\nprint("end")')
attempt('function attribute', 'class C:\n    def __del__(self): print("del")\ndef f(): pass\nf.x = C()\nprint("end")')
attempt('globals still there', 'x = "global value"\nclass C:\n    def __del__(self): print(type(self).__name__, len("abc"))\nc = C()')
attempt('generator finally', 'def g():\n    try: yield\n    finally: print("finally")\ng = g()\nnext(g)\nprint("end")')
attempt('with not left', 'class M:\n    def __enter__(self): return self\n    def __exit__(self, *a): print("exit", a[0])\nwith M():\n    import sys\n    sys.exit(2)')
attempt('finally runs', 'import sys\ntry:\n    sys.exit(6)\nfinally:\n    print("finally")')
attempt('open file written', 'import os\np = os.path.join(os.environ.get("TMPDIR", "/tmp"), "exit-file")\nf = open(p, "w")\nf.write("data")\ndel f\nprint(open(p).read())\nos.remove(p)')
attempt('print in del at exit', 'import sys\nclass C:\n    def __del__(self): print("late", sys is not None)\nc = C()')
attempt('raise in del at exit', 'class C:\n    def __del__(self): raise ValueError("in del")\nc = C()\nprint("end")')
attempt('bool exit', 'import sys\nsys.exit(True)')
attempt('float exit', 'import sys\nsys.exit(2.5)')
attempt('tuple exit', 'import sys\nsys.exit((1, 2))')
attempt('huge exit', 'import sys\nsys.exit(2 ** 40 + 3)')
attempt('negative exit', 'import sys\nsys.exit(-2)')
attempt('nested exit', 'import sys\ntry:\n    sys.exit(1)\nexcept SystemExit:\n    sys.exit(8)')
attempt('group exit', 'raise BaseExceptionGroup("g", [SystemExit(3)])')
attempt('exit subclass', 'class E(SystemExit):\n    code = 11\nraise E')
attempt('exit no str', 'class X:\n    def __str__(self): 1/0\nraise SystemExit(X())')
attempt('unregister', 'import atexit\natexit.register(print, 1)\natexit.unregister(print)\nprint("none")')
attempt('excepthook then atexit', 'import sys, atexit\natexit.register(print, "atexit")\nsys.excepthook = lambda *a: print("hook", a[0].__name__)\n1/0')
raise SystemExit(run('-c', 'raise SystemExit(12)')[0] * 2)
