# interpreter: -X jit=auto -X jit-threshold=3
# timeout: 90
# gdb sees frames of machine code by name and line (where there is a gdb that may look at processes).
import os
import shutil
import subprocess
import sys
import tempfile

PROGRAM = '''from time import sleep
def waits(x):
    sleep(0)
    return x
def calls(n):
    total = 0
    for i in range(n):
        total += waits(i)
    return total
print(calls(50))
exec('def gone(): pass\\nfor i in range(9): gone()\\ndel gone')
print('end')
'''


def seen():
    gdb = shutil.which('gdb')
    if not hasattr(sys, '_jit') or not gdb:
        return True
    with tempfile.TemporaryDirectory() as folder:
        script = os.path.join(folder, 'program.py')
        with open(script, 'w') as file:
            file.write(PROGRAM)
        commands = ['set debuginfod enabled off', 'set pagination off', 'set breakpoint pending on',
                    'break clock_nanosleep', 'run', 'ignore 1 30', 'continue', 'bt 9', 'delete', 'continue']
        arguments = [gdb, '-nx', '-q', '-batch']
        for command in commands:
            arguments += ['-ex', command]
        arguments += ['--args', sys.executable, '-X', 'gdb', '-X', 'jit-threshold=3', script]
        p = subprocess.run(arguments, capture_output=True, text=True, errors='replace')
        if 'clock_nanosleep (' not in p.stdout:
            return True  # it may not trace
        return 'python:waits () at ' + script + ':3' in p.stdout and 'end\n' in p.stdout


print(seen())
