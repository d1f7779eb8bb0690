# runner: no
"""fork, exec, wait, pipes and exit statuses with the os module."""
import os
import sys


def child(f):
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        try:
            f()
        finally:
            os._exit(99)
    _, status = os.waitpid(pid, 0)
    return status


print(os.waitstatus_to_exitcode(child(lambda: os._exit(5))))
s = child(lambda: os.kill(os.getpid(), 9))
print(os.WIFSIGNALED(s), os.WTERMSIG(s), os.waitstatus_to_exitcode(s), os.WIFEXITED(s))
r, w = os.pipe()


def writes():
    os.close(r)
    os.write(w, b'from child')
    os._exit(0)


print(child(writes), os.read(r, 100))
os.close(w)
print(os.read(r, 10))
os.close(r)


def execs():
    os.execv(sys.executable, [sys.executable, '-c', 'import sys; sys.exit(len(sys.argv))', 'a', 'b'])


print(os.waitstatus_to_exitcode(child(execs)))


def exec_fails():
    try:
        os.execv('/nonexistent/program', ['x'])
    except FileNotFoundError as e:
        os._exit(e.errno)


print(os.waitstatus_to_exitcode(child(exec_fails)))
print(os.waitstatus_to_exitcode(child(lambda: os.execve('/bin/sh', ['sh', '-c', 'exit $CODE'], {'CODE': '42'}))))
print(os.spawnv(os.P_WAIT, '/bin/sh', ['sh', '-c', 'exit 3']), os.system('exit 4') >> 8)
value = ['parent']


def changes():
    value[0] = 'child'
    os._exit(0 if value == ['child'] else 1)


print(child(changes), value)


def raises():
    sys.stderr.close()
    raise ValueError('in child')


print(os.waitstatus_to_exitcode(child(raises)))
try:
    os.waitpid(-1, 0)
except ChildProcessError as e:
    print(e.errno, e.strerror)
log = []
os.register_at_fork(before=lambda: log.append('before'), after_in_parent=lambda: log.append('parent'))
child(lambda: os._exit(0))
print(log)
p = os.popen if False else None
pid = os.posix_spawn('/bin/sh', ['sh', '-c', 'exit 6'], {})
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
try:
    os.posix_spawn('/nonexistent', ['x'], {})
except FileNotFoundError as e:
    print(e)
for args in [('', []), ('/bin/sh', []), ('/bin/sh', 'sh'), ('/bin/sh', [5])]:
    try:
        os.execv(*args)
    except Exception as e:
        print(type(e).__name__, e)
os.execv('/bin/sh', ['sh', '-c', 'echo replaced; exit 12'])
