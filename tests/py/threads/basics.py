"""threading: start, join, locks, conditions, events, locals, exceptions, daemon threads."""
import threading
import time


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


results = []
threads = [threading.Thread(target=lambda i=i: results.append(i * i), name=f't{i}') for i in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(results), threads[0].name, threads[0].is_alive(), threads[0].ident is not None, threading.current_thread().name, threading.main_thread() is threading.current_thread(), threading.active_count())
show(lambda: threads[0].start())
show(lambda: threading.Thread().join())
show(lambda: threading.current_thread().join())
show(lambda: threading.Thread(target=5).start() if False else 'skip')
show(lambda: threading.Thread(group=1))
show(lambda: threading.Thread(target=print, args=5).run())
counter = 0
lock = threading.Lock()


def work():
    global counter
    for _ in range(2000):
        with lock:
            counter += 1


threads = [threading.Thread(target=work) for _ in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
print(counter, lock.locked(), lock.acquire(), lock.locked(), lock.acquire(False), lock.acquire(timeout=0.01), lock.release())
show(lambda: lock.release())
show(lambda: lock.acquire(False, 1))
show(lambda: lock.acquire(True, -5))
r = threading.RLock()
with r:
    with r:
        print(r.acquire(), r.release(), r._is_owned())
show(lambda: r.release())
show(lambda: threading.Condition().wait())
show(lambda: threading.Condition().notify())
show(lambda: threading.Semaphore(-1))
show(lambda: threading.BoundedSemaphore(1).release())
event = threading.Event()
order = []
t = threading.Thread(target=lambda: (event.wait(), order.append('after')))
t.start()
order.append('before')
event.set()
t.join()
print(order, event.is_set(), event.wait(0.01), event.clear(), event.wait(0.01))
queue = []
condition = threading.Condition()


def producer():
    for i in range(5):
        with condition:
            queue.append(i)
            condition.notify()


def consumer():
    got = []
    while len(got) < 5:
        with condition:
            condition.wait_for(lambda: queue)
            got.append(queue.pop(0))
    order.append(got)


threads = [threading.Thread(target=f) for f in (consumer, producer)]
[t.start() for t in threads]
[t.join() for t in threads]
print(order[-1])
local = threading.local()
local.x = 'main'


def use_local():
    order.append(hasattr(local, 'x'))
    local.x = 'thread'
    order.append(local.x)


t = threading.Thread(target=use_local)
t.start()
t.join()
print(order[-2:], local.x)
barrier = threading.Barrier(3)
passed = []
threads = [threading.Thread(target=lambda: passed.append(barrier.wait())) for _ in range(3)]
[t.start() for t in threads]
[t.join() for t in threads]
print(sorted(passed))
caught = []
threading.excepthook = lambda a: caught.append((a.exc_type.__name__, str(a.exc_value), a.thread.name))


def fails():
    raise ValueError('in thread')


t = threading.Thread(target=fails, name='failing')
t.start()
t.join()
print(caught)
timer = threading.Timer(0.01, order.append, ['timer'])
timer.start()
timer.join()
cancelled = threading.Timer(60, print)
cancelled.start()
cancelled.cancel()
cancelled.join()
print(order[-1], threading.active_count())
daemon = threading.Thread(target=time.sleep, args=(60,), daemon=True)
daemon.start()
print(daemon.daemon, daemon.is_alive(), daemon.join(0.01), daemon.is_alive())
show(lambda: setattr(daemon, 'daemon', False))
import _thread
done = _thread.allocate_lock()
done.acquire()
_thread.start_new_thread(lambda a, b=1: (order.append(a + b), done.release()), (1,), {'b': 5})
done.acquire()
print(order[-1])
show(lambda: _thread.start_new_thread(5, ()))
show(lambda: _thread.start_new_thread(print, 5))
show(lambda: _thread.start_new_thread(print))
threading.Thread(nope=1)
