# runner: no
# What -X dev, -X no_debug_ranges and wrong values of options do.
import subprocess
import sys

LOOKUPS = '''
for f in (lambda: b"".decode("nope"), lambda: b"".decode(errors="nope"), lambda: "".encode("ascii", "nope"), lambda: str(b"x", "utf-8", "nope"),
          lambda: bytes("", "nope"), lambda: "a".encode("utf-8", "replace"), lambda: "".encode("latin-1", "strict")):
    try:
        print(repr(f()))
    except LookupError as e:
        print(e)
'''
COLUMNS = '''
def f(x):
    return x + (1 /
                0)
print({p[2:] for p in f.__code__.co_positions()} == {(None, None)}, all(p[0] == p[1] for p in f.__code__.co_positions()))
f(1)
'''


def run(*args, **env):
    done = subprocess.run([sys.executable, *args], capture_output=True, text=True, env={'LC_ALL': 'C.UTF-8', **env})
    print(done.stdout, end='')
    print(done.stderr.partition('\n')[0] if 'Fatal' in done.stderr else done.stderr, done.returncode)


run('-c', LOOKUPS)
run('-X', 'dev', '-c', LOOKUPS)
run('-X', 'no_debug_ranges', '-c', COLUMNS)
run('-c', COLUMNS, PYTHONNODEBUGRANGES='1')
run('-c', COLUMNS)
run('-X', 'int_max_str_digits=7', '-c', '1')
