# runner: no
# Fork with threads alive, from the main thread and from others; signals while threads compute and while locks are waited for.
import os, threading, time, sys, signal
l = threading.Lock(); ev = threading.Event()
def holder():
    with l: ev.set(); time.sleep(0.3)
t = threading.Thread(target=holder); t.start(); ev.wait()
loc = threading.local(); loc.x = 5
def fork():
    pid = os.fork()
    if pid == 0:
        ok = threading.active_count() == 1 and threading.current_thread() is threading.main_thread() and loc.x == 5
        r = []
        x = threading.Thread(target=lambda: r.append(hasattr(loc, 'x'))); x.start(); x.join()
        got = l.acquire(timeout=0.05)
        os._exit(10 + (ok and r == [False]) * 1 + (not got) * 2)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(fork())
res = []
def infork():
    pid = os.fork()
    if pid == 0:
        sys.stdout.write('child main: %s %s\n' % (threading.current_thread() is threading.main_thread(), threading.main_thread().name)); sys.stdout.flush()
        os._exit(3)
    res.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
x = threading.Thread(target=infork, name='forker'); x.start(); x.join(); print(res)
# child of thread ends by returning
def ret():
    pid = os.fork()
    if pid == 0: return
    res.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
sys.stdout.flush()
x = threading.Thread(target=ret); x.start(); x.join(); print(res); sys.stdout.flush()
t.join()
# signals in main while threads work
hits = []
signal.signal(signal.SIGALRM, lambda *a: hits.append(threading.current_thread() is threading.main_thread()))
def w():
    e = time.time() + 20
    while len(hits) < 6 and time.time() < e: pass
ts = [threading.Thread(target=w) for _ in range(2)]; [x.start() for x in ts]
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
[x.join() for x in ts]; signal.setitimer(signal.ITIMER_REAL, 0)
print(len(hits) > 5, all(hits))
signal.signal(signal.SIGUSR1, lambda *a: 1/0)
# (Started inside: on a busy machine the time may be over before the next statement.)
try:
    threading.Timer(0.05, lambda: os.kill(os.getpid(), signal.SIGUSR1)).start()
    threading.Lock().acquire() and time.sleep(5)
except ZeroDivisionError: print('interrupted')
q = threading.Lock(); q.acquire()
try:
    threading.Timer(0.05, lambda: os.kill(os.getpid(), signal.SIGUSR1)).start()
    q.acquire()
except ZeroDivisionError: print('interrupted lock')
def bad(): raise ValueError('x')
old = threading.excepthook
threading.excepthook = lambda a: print('hook', a.exc_type.__name__, a.thread.name)
x = threading.Thread(target=bad, name='bad'); x.start(); x.join(); threading.excepthook = old
import _thread
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    threading.Timer(0.05, _thread.interrupt_main).start()
    for _ in range(300): time.sleep(0.01)
except KeyboardInterrupt: print('KI')
sys.setswitchinterval(1e-4); print(sys.getswitchinterval())
