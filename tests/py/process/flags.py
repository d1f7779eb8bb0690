# runner: no
"""Command line flags and what they do to sys.flags, warnings and asserts."""
from support.child import fatal, last, run, show

code = 'import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path, f.int_max_str_digits)'
for flags in [], ['-O'], ['-OO'], ['-B'], ['-s'], ['-S'], ['-E'], ['-I'], ['-b'], ['-bb'], ['-q'], ['-d'], ['-P'], ['-X', 'dev'], ['-X', 'utf8'], ['-X', 'utf8=0'], ['-X', 'int_max_str_digits=700'], ['-O', '-B', '-s'], ['-OBs'], ['-IE']:
    show(*flags, '-c', code)
last('-c', 'assert 0, "asserted"')
last('-O', '-c', 'assert 0, "asserted"\nprint(__debug__)')
last('-OO', '-c', 'def f():\n    "doc"\nprint(f.__doc__, __debug__)')
last('-O', '-c', 'def f():\n    "doc"\nprint(f.__doc__)')
last('-W', 'error', '-c', 'import warnings; warnings.warn("w")')
last('-W', 'ignore', '-c', 'import warnings; warnings.warn("w")')
last('-Wd', '-c', 'import warnings; warnings.warn("dep", DeprecationWarning)')
last('-W', 'error::DeprecationWarning', '-c', 'import warnings; warnings.warn("dep", DeprecationWarning)')
last('-W', 'once', '-c', 'import warnings, sys; print(sys.warnoptions)')
last('-W', 'bogus', '-c', 'print("runs")')
last('-bb', '-c', "b'a' == 'a'")
last('-b', '-c', "b'a' == 'a'")
last('-bb', '-c', "str(b'a')")
last('-X', 'a=1', '-X', 'b', '-c', 'import sys; print({k: v for k, v in sys._xoptions.items() if k in "ab"})')
last('-i', '-c', 'x = 41', stdin='print(x + 1)\n')
print(run('-Z')[0], run('--nope')[0], run('-W')[0], run('-X')[0])
print(run('-Z')[2].splitlines()[0], '|', run('--nope')[2].splitlines()[0], '|', run('-c')[2].splitlines()[0])
status, out, err = run('-V')
print(status, out.startswith('Python 3.11'), repr(err))
status, out, err = run('--version')
print(status, out.startswith('Python 3.11'))
status, out, err = run('-h')
print(status, out.splitlines()[0].split('[')[0].strip(), err == '')
last('-x', '-c', 'print("x flag")')
fatal('-X', 'int_max_str_digits=5', '-c', 'print("no")')
