"""How children die of signals, and what an interrupted child prints."""
import os
import sys
import signal


def run(code):
    r, w = os.pipe()
    e = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'signal-%d' % os.getpid())
    pid = os.posix_spawn(sys.executable, [sys.executable, '-c', code], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, w, 1), (os.POSIX_SPAWN_OPEN, 2, e, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)], setsigdef=[signal.SIGINT, signal.SIGPIPE])
    os.close(w)
    out = b''
    while chunk := os.read(r, 4096):
        out += chunk
    os.close(r)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with open(e) as f:
        lines = f.read().splitlines()
    os.remove(e)
    print(status, out, lines[-1:])


kill = 'import os, signal, time, sys\n'
run(kill + 'print("before", flush=True)\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)\nprint("after")')
run(kill + 'print("buffered")\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(5)')
run(kill + 'os.kill(os.getpid(), signal.SIGKILL)')
run(kill + 'os.abort()')
run(kill + 'import atexit\natexit.register(print, "atexit ran")\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)')
run(kill + 'try:\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(5)\nexcept KeyboardInterrupt:\n    print("caught")\n    sys.exit(3)')
run(kill + 'signal.signal(signal.SIGTERM, lambda n, f: sys.exit(n))\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(5)')
run(kill + 'signal.signal(signal.SIGINT, signal.SIG_DFL)\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)')
run(kill + 'signal.signal(signal.SIGINT, signal.SIG_IGN)\nos.kill(os.getpid(), signal.SIGINT)\nprint("ignored")')
run(kill + 'r, w = os.pipe()\nos.close(r)\ntry:\n    os.write(w, b"x")\nexcept BrokenPipeError as e:\n    print(e.errno)')
run(kill + 'r, w = os.pipe()\nos.close(r)\nos.dup2(w, 1)\nprint("x")\nsys.stdout.flush()')
run(kill + 'class D:\n    def __del__(self):\n        print("del")\nd = D()\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)')
run(kill + 'import threading\nt = threading.Thread(target=time.sleep, args=(0.1,))\nt.start()\nos.kill(os.getpid(), signal.SIGINT)\nt.join()')
run(kill + 'signal.alarm(1)\ntime.sleep(5)')
run('raise KeyboardInterrupt("typed")')
run('import signal\nsignal.raise_signal(signal.SIGINT)')
os.kill(os.getpid(), signal.SIGTERM)
