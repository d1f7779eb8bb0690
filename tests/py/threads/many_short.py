# runner: no
# Threads that are started by the hundred, one after the other and together: each begins afresh, whatever ran before on the
# system's thread it is given; fork from such a thread.
import os
import signal
import sys
import threading

local = threading.local()
seen = set()
bad = []


def body(n):
    if hasattr(local, "x") or sys.gettrace() is not None or signal.SIGUSR1 in signal.pthread_sigmask(signal.SIG_BLOCK, []):
        bad.append(n)
    if threading.get_ident() != threading.current_thread().ident or threading.get_native_id() != threading.current_thread().native_id:
        bad.append(n)
    local.x = n
    sys.settrace(lambda *a: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    seen.add(n)


for i in range(400):
    t = threading.Thread(target=body, args=(i,))
    t.start()
    t.join()
print(len(seen), bad)
threads = [threading.Thread(target=body, args=(i,)) for i in range(400, 600)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(seen), bad, threading.active_count())

# The mask of the thread that starts it is the new thread's.
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
masks = []
t = threading.Thread(target=lambda: masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, [])))
t.start()
t.join()
print(masks == [{signal.SIGUSR2}])
# A signal to the process waits until somebody takes it.
os.kill(os.getpid(), signal.SIGUSR2)
print(signal.sigpending() == {signal.SIGUSR2}, signal.sigwait([signal.SIGUSR2]) == signal.SIGUSR2)


def fork_here(out):
    pid = os.fork()
    if not pid:
        code = 1
        try:
            inner = threading.Thread(target=body, args=(1000,))
            inner.start()
            inner.join()
            code = 0 if 1000 in seen and threading.active_count() == 1 else 2
        finally:
            os._exit(code)
    out.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


for i in range(60):
    threading.Thread(target=int).start()
codes = []
for i in range(3):
    t = threading.Thread(target=fork_here, args=(codes,))
    t.start()
    t.join()
print(codes)

# The scheduling of one thread is nobody else's.
one = next(iter(os.sched_getaffinity(0)))
everywhere = os.sched_getaffinity(0)


def pinned():
    os.sched_setaffinity(0, [one])


affinities = []
for i in range(100):
    t = threading.Thread(target=pinned)
    t.start()
    t.join()
    t = threading.Thread(target=lambda: affinities.append(os.sched_getaffinity(0) == everywhere))
    t.start()
    t.join()
print(all(affinities), len(affinities))
