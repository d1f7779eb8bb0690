"""SIGINT becomes KeyboardInterrupt, in loops, calls, sleeps and regular expressions; handlers; default actions."""
import os
import signal
import time


def send(n=signal.SIGINT):
    os.kill(os.getpid(), n)


try:
    send()
    for _ in range(10 ** 7):
        pass
    print('not interrupted')
except KeyboardInterrupt as e:
    print('interrupted', repr(e))
log = []


def handler(number, frame):
    log.append((signal.Signals(number).name, frame.f_code.co_name))


old = signal.signal(signal.SIGINT, handler)
print(old is signal.default_int_handler, signal.getsignal(signal.SIGINT) is handler)


def here():
    send()
    for _ in range(1000):
        pass


here()
print(log)
signal.signal(signal.SIGUSR1, handler)
send(signal.SIGUSR1)
time.sleep(0.01)
print(log[-1][0])


def raising(n, f):
    raise ValueError('from handler')


signal.signal(signal.SIGUSR2, raising)
try:
    send(signal.SIGUSR2)
    while True:
        pass
except ValueError as e:
    print(e)
signal.signal(signal.SIGALRM, raising)
signal.setitimer(signal.ITIMER_REAL, 0.05)
begin = time.monotonic()
try:
    time.sleep(10)
except ValueError as e:
    print('sleep ended', e, time.monotonic() - begin < 5)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    x = 0
    while True:
        x += 1
except ValueError as e:
    print('loop ended', x > 0)
signal.setitimer(signal.ITIMER_REAL, 0.05)


def recurse(n):
    return sum(recurse(n - 1) for _ in range(10)) if n else 1


try:
    recurse(50)
except ValueError as e:
    print('recursion ended')
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
send(signal.SIGUSR1)
print(signal.getsignal(signal.SIGUSR1), signal.getsignal(signal.SIGTERM))
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    try:
        send()
        while True:
            pass
    finally:
        print('finally runs')
except KeyboardInterrupt:
    print('again')
r, w = os.pipe()
signal.signal(signal.SIGALRM, handler)
log.clear()
signal.setitimer(signal.ITIMER_REAL, 0.05)
signal.signal(signal.SIGALRM, lambda n, f: (log.append('alarm'), os.write(w, b'x')))
print(os.read(r, 1), log)
signal.raise_signal(signal.SIGINT)
