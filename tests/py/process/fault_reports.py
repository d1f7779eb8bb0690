# runner: no
# faulthandler: tracebacks on request, on signals, after a time, at a crash.
import faulthandler
import os
import re
import signal
import subprocess
import sys
import tempfile
import time


def show(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)


def captured(f):
    with tempfile.TemporaryFile() as out:
        f(out)
        out.seek(0)
        return re.sub("0x[0-9a-f]+", "0x...", out.read().decode()).replace(__file__, "SCRIPT")


def inner(out):
    faulthandler.dump_traceback(out)


def deep(out, n=150):
    return deep(out, n - 1) if n else faulthandler.dump_traceback(out, all_threads=False)


print(captured(inner))
print(captured(deep).count("\n"), captured(deep)[-6:])


def by_signal(out):
    hits = []
    signal.signal(signal.SIGUSR1, lambda *a: hits.append(1))
    faulthandler.register(signal.SIGUSR1, out, chain=True)
    os.kill(os.getpid(), signal.SIGUSR1)
    print(hits, faulthandler.unregister(signal.SIGUSR1), faulthandler.unregister(signal.SIGUSR1))
    os.kill(os.getpid(), signal.SIGUSR1)
    print(hits)


print(captured(by_signal))


def by_time(out):
    faulthandler.dump_traceback_later(0.02, file=out)
    time.sleep(0.1)
    faulthandler.dump_traceback_later(100, file=out)
    faulthandler.cancel_dump_traceback_later()


print(captured(by_time).split("\n")[:2])
show(faulthandler.register, signal.SIGSEGV)
show(faulthandler.register, 1000)
show(faulthandler.dump_traceback_later, 0)
show(faulthandler.enable, -1)
faulthandler.enable()
print(faulthandler.is_enabled(), faulthandler.disable(), faulthandler.disable())

for crash in ("_sigsegv()", "_read_null()", "_sigabrt()", "_sigfpe()", "_stack_overflow()"):
    p = subprocess.run([sys.executable, "-X", "faulthandler", "-c", "import faulthandler as f\ndef g():\n    f.%s\ng()" % crash], stderr=subprocess.PIPE, text=True)
    print(p.returncode, re.sub("0x[0-9a-f]+", "0x...", p.stderr))
