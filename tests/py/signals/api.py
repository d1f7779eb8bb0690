"""The signal module: enumerations, errors, masks, wakeups, sigwait, alarm values."""
import os
import signal


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


print(signal.SIGINT, repr(signal.SIGTERM), int(signal.SIGKILL), signal.Signals(15).name, signal.SIG_DFL, repr(signal.SIG_IGN), signal.Handlers(0), signal.SIGRTMIN, signal.NSIG)
show(lambda: signal.signal(999, signal.SIG_DFL))
show(lambda: signal.signal(0, signal.SIG_DFL))
show(lambda: signal.signal(signal.SIGKILL, signal.SIG_DFL))
show(lambda: signal.signal(signal.SIGINT, 5))
show(lambda: signal.signal(signal.SIGINT, 'x'))
show(lambda: signal.signal('x', signal.SIG_DFL))
show(lambda: signal.getsignal(999))
show(lambda: signal.getsignal('x'))
show(lambda: signal.strsignal(2))
show(lambda: signal.strsignal(9))
show(lambda: signal.strsignal(999))
show(lambda: signal.valid_signals() >= {signal.SIGINT, signal.SIGTERM})
show(lambda: signal.alarm(0))
show(lambda: signal.alarm('x'))
show(lambda: signal.getitimer(signal.ITIMER_REAL))
show(lambda: signal.setitimer(99, 1))
show(lambda: signal.setitimer(signal.ITIMER_REAL, -1))
show(lambda: signal.pthread_sigmask(signal.SIG_BLOCK, []))
show(lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [999]))
show(lambda: signal.pthread_sigmask(99, []))
log = []
signal.signal(signal.SIGUSR1, lambda n, f: log.append(n))
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
os.kill(os.getpid(), signal.SIGUSR1)
print(log, signal.sigpending() == {signal.SIGUSR1})
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
print(log)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
os.kill(os.getpid(), signal.SIGUSR2)
print(signal.sigwait([signal.SIGUSR2]), signal.sigpending())
info = None
os.kill(os.getpid(), signal.SIGUSR2)
info = signal.sigwaitinfo([signal.SIGUSR2])
print(info.si_signo == signal.SIGUSR2, info.si_pid == os.getpid(), signal.sigtimedwait([signal.SIGUSR2], 0))
r, w = os.pipe()
os.set_blocking(w, False)
print(signal.set_wakeup_fd(w))
signal.raise_signal(signal.SIGUSR1)
print(os.read(r, 10), signal.set_wakeup_fd(-1) == w, len(log))
show(lambda: signal.set_wakeup_fd(9999))
show(lambda: signal.set_wakeup_fd('x'))
os.set_blocking(w, True)
show(lambda: signal.set_wakeup_fd(w))
show(lambda: signal.raise_signal(999))
show(lambda: signal.siginterrupt(signal.SIGUSR1, False))
show(lambda: signal.default_int_handler(2, None))
import threading


def in_thread():
    show(lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


t = threading.Thread(target=in_thread)
t.start()
t.join()
