# Daemon threads in every kind of wait at exit; threads that outlive the main program; the order of what runs at exit.
import threading, time, sys, atexit
def spin():
    while True: pass
def sleep():
    try: time.sleep(1000)
    finally: print('never')
def io():
    import socket
    a, b = socket.socketpair(); b.recv(1)
def q():
    import queue; queue.SimpleQueue().get()
def lk():
    l = threading.Lock(); l.acquire(); l.acquire()
for f in (spin, sleep, io, q, lk): threading.Thread(target=f, daemon=True).start()
ending = threading.Event()
def late(): ending.wait(); time.sleep(0.05); print('late nondaemon')
threading.Thread(target=late).start()
atexit.register(print, 'atexit')
def threads_end(): print('thr atexit'); ending.set()
threading._register_atexit(threads_end)
class D:
    def __del__(self): print('del')
d = D()
print('main end')
