"""Runs the interpreter under test as a child, with nothing but the os module."""
import os
import sys

_count = 0


def _file():
    global _count
    _count += 1
    return os.path.join(os.environ.get('TMPDIR', '/tmp'), f'child-{os.getpid()}-{_count}')


def run(*args, stdin=None, env=None, stdout=None, stderr=None, close=(), cwd=None):
    """(exit status, stdout, stderr) of the interpreter run with args. stdout/stderr may name a file to use instead; close
    lists descriptors that the child starts without."""
    paths = {0: _file() if stdin is not None else '/dev/null', 1: stdout or _file(), 2: stderr or _file()}
    if stdin is not None:
        with open(paths[0], 'wb') as f:
            f.write(stdin if isinstance(stdin, bytes) else stdin.encode())
    actions = []
    for fd, path in paths.items():
        if fd in close:
            actions.append((os.POSIX_SPAWN_CLOSE, fd))
        else:
            actions.append((os.POSIX_SPAWN_OPEN, fd, path, os.O_RDONLY if fd == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    environment = {k: v for k, v in os.environ.items() if k not in ('PYTHONHASHSEED',)}
    environment.update(env or {})
    back = os.getcwd()
    if cwd:
        os.chdir(cwd)
    pid = os.posix_spawn(sys.executable, [sys.executable, *args], environment, file_actions=actions)
    os.chdir(back)
    _, status = os.waitpid(pid, 0)
    texts = []
    for fd in 1, 2:
        if fd in close or paths[fd].startswith('/dev/'):
            texts.append('')
        else:
            with open(paths[fd], 'rb') as f:
                texts.append(f.read().decode('utf-8', 'backslashreplace').replace(sys.executable, '<python>'))
    for path in paths.values():
        if not path.startswith('/dev/') and os.path.exists(path):
            os.remove(path)
    return os.waitstatus_to_exitcode(status), texts[0], texts[1]


def show(*args, **kw):
    status, out, err = run(*args, **kw)
    print([a if len(a) < 60 else a[:57] + '...' for a in args], '->', status)
    for name, text in ('out', out), ('err', err):
        for line in text.splitlines():
            print(f'  {name}: {line}')


def last(*args, **kw):
    """Like show, with the last line of stderr only."""
    status, out, err = run(*args, **kw)
    lines = [l for l in err.splitlines() if l and not l[0].isspace()]
    print([a if len(a) < 60 else a[:57] + '...' for a in args], '->', status, repr(out), lines[-1:] and lines[-1])


def fatal(*args, **kw):
    """For an interpreter that refuses to start: its status and the reason on the first line of stderr."""
    status, out, err = run(*args, **kw)
    print(args, kw.get('env', ''), '->', status, repr(out), err.split('\n')[0].split(': ')[-1])
