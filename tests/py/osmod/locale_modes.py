# runner: no
# UTF-8 mode and the C locale: what a child process in various locales says about its encodings.
import os
import subprocess
import sys

SCRIPT = r'''
import locale, os, sys
print(sys.flags.utf8_mode, sys.stdin.errors, sys.stdout.errors, sys.stdin.encoding, sys.getfilesystemencoding(),
      os.environ.get("LC_CTYPE"), locale.getpreferredencoding(), ascii(sys.argv[1]))
'''
base = {k: v for k, v in os.environ.items() if not k.startswith(('LC_', 'LANG', 'PYTHON'))}
for more in ({}, {'LANG': 'C'}, {'LC_ALL': 'C'}, {'LC_ALL': 'POSIX'}, {'LC_ALL': 'C', 'PYTHONUTF8': '0'}, {'LANG': 'C.UTF-8'},
             {'LC_CTYPE': 'C.utf8'}, {'LANG': 'C', 'PYTHONCOERCECLOCALE': '0'}, {'LANG': 'C', 'PYTHONCOERCECLOCALE': 'warn'},
             {'LC_ALL': 'C.UTF-8', 'PYTHONUTF8': '1'}, {'LC_ALL': 'C', 'PYTHONIOENCODING': 'latin1'},
             {'LC_ALL': 'C', 'PYTHONIOENCODING': ':replace'}):
    done = subprocess.run([sys.executable, '-c', SCRIPT, 'é'], env=base | more, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    print(sorted(more.items()), done.stdout.strip(), done.stderr.strip())
