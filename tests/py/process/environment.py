# runner: no
"""The environment variables that the interpreter reads."""
from support.child import fatal, last, run, show

show('-c', 'import sys; print(sys.path[1])', env={'PYTHONPATH': '/some/where:/else'})
show('-E', '-c', 'import sys; print("/some/where" in sys.path)', env={'PYTHONPATH': '/some/where'})
show('-I', '-c', 'import sys; print("/some/where" in sys.path, "" in sys.path)', env={'PYTHONPATH': '/some/where'})
show('-c', 'import sys; print(sys.flags.optimize)', env={'PYTHONOPTIMIZE': '2'})
show('-c', 'import sys; print(sys.flags.optimize)', env={'PYTHONOPTIMIZE': 'x'})
show('-c', 'import sys; print(sys.flags.optimize)', env={'PYTHONOPTIMIZE': ''})
show('-c', 'import sys; print(sys.dont_write_bytecode)', env={'PYTHONDONTWRITEBYTECODE': '1'})
show('-c', 'import sys; print(sys.dont_write_bytecode)', env={'PYTHONDONTWRITEBYTECODE': ''})
show('-c', 'import sys; print(sys.flags.no_user_site, sys.flags.verbose, sys.flags.inspect)', env={'PYTHONNOUSERSITE': '1'})
show('-c', 'import sys; print(sys.stdout.encoding, sys.stdout.errors, sys.stdin.encoding, sys.stdin.errors, sys.stderr.errors)')
show('-c', 'import sys; print(sys.stdout.encoding, sys.stdout.errors, sys.stderr.encoding, sys.stderr.errors)', env={'PYTHONIOENCODING': 'latin-1:replace'})
show('-c', 'print("é€")', env={'PYTHONIOENCODING': 'ascii:backslashreplace'})
last('-c', 'print("é")', env={'PYTHONIOENCODING': 'ascii'})
show('-c', 'import sys; print(sys.stdout.encoding)', env={'PYTHONIOENCODING': ':replace'})
show('-c', 'import sys; print(sys.flags.utf8_mode, sys.stdout.encoding)', env={'PYTHONUTF8': '1'})
fatal('-c', 'print(1)', env={'PYTHONUTF8': 'x'})
show('-c', 'import sys; print(sys.warnoptions)', env={'PYTHONWARNINGS': 'ignore,error::UserWarning'})
show('-c', 'print(hash("a") == hash("a"), hash("abc") != 0)', env={'PYTHONHASHSEED': '0'})
a = run('-c', 'print(hash("abc"))', env={'PYTHONHASHSEED': '123'})[1]
b = run('-c', 'print(hash("abc"))', env={'PYTHONHASHSEED': '123'})[1]
c = run('-c', 'print(hash("abc"))', env={'PYTHONHASHSEED': '124'})[1]
d = run('-c', 'print(hash("abc"))')[1]
e = run('-c', 'print(hash("abc"))')[1]
print(a == b, a != c, d != e)
fatal('-c', 'print(1)', env={'PYTHONHASHSEED': 'x'})
fatal('-c', 'print(1)', env={'PYTHONHASHSEED': '-1'})
fatal('-c', 'print(1)', env={'PYTHONHASHSEED': '4294967296'})
show('-c', 'import sys; print(sys.flags.hash_randomization)', env={'PYTHONHASHSEED': '0'})
show('-c', 'import sys; print(sys.flags.hash_randomization)', env={'PYTHONHASHSEED': 'random'})
show('-c', 'import sys; print(sys.get_int_max_str_digits())', env={'PYTHONINTMAXSTRDIGITS': '0'})
fatal('-c', 'print(1)', env={'PYTHONINTMAXSTRDIGITS': '5'})
show('-c', 'import sys; print(sys.flags.safe_path)', env={'PYTHONSAFEPATH': '1'})
show('-c', 'breakpoint(); print("no debugger")', env={'PYTHONBREAKPOINT': '0'})
show('-c', 'breakpoint(1, 2)', env={'PYTHONBREAKPOINT': 'builtins.print'})
last('-c', 'breakpoint()', env={'PYTHONBREAKPOINT': 'no.such.thing'})
last('-c', 'x = 1', env={'PYTHONINSPECT': '1'}, stdin='print(x)\n')
show('-c', 'import sys; print(repr(sys.pycache_prefix))', env={'PYTHONPYCACHEPREFIX': '/tmp/prefix'})
print(run('-c', 'import os; print(os.environ["KEY"])', env={'KEY': 'välue'})[1].encode())
