import queue, _queue, threading, time, gc, weakref

def show(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except BaseException as e:
        print(type(e).__module__, type(e).__name__, e)

q = _queue.SimpleQueue()
print(queue.SimpleQueue is _queue.SimpleQueue, queue.Empty is _queue.Empty, q.empty(), q.qsize())
for i in range(20): q.put(i)
print(q.qsize(), [q.get() for _ in range(15)], q.qsize(), q.empty())
for i in range(20, 40): q.put(i, False, timeout='ignored')
q.put_nowait('last')
print([q.get_nowait() for _ in range(26)])
show(q.get_nowait)
show(q.get, False)
show(q.get, timeout=0.01)
show(q.get, timeout=-1)
show(q.get, True, 'a')
show(q.get, timeout=1e100)
show(q.get, block=False, timeout=-1)
show(q.put)
show(_queue.SimpleQueue, 1)
show(_queue.SimpleQueue, a=1)
class Q(_queue.SimpleQueue):
    def __init__(self, x): self.x = x
print(Q(5).x, _queue.SimpleQueue[int])

results = []
def consumer():
    while (item := q.get()) is not None: results.append(item)
threads = [threading.Thread(target=consumer) for _ in range(4)]
for t in threads: t.start()
for i in range(500): q.put(i)
for t in threads: q.put(None)
for t in threads: t.join()
print(sorted(results) == list(range(500)))
def later():
    time.sleep(0.02); q.put('late')
t = threading.Thread(target=later); t.start(); print(q.get(timeout=10)); t.join()
class O: pass
o = O(); o.q = _queue.SimpleQueue(); o.q.put(o); r = weakref.ref(o); del o; gc.collect(); print(r())
