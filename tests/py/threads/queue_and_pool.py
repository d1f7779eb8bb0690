"""A work queue, a pool with futures, a pipeline of stages, and a read-write lock, on Condition alone."""
import threading


class Queue:
    def __init__(self, limit=0):
        self.items, self.limit, self.condition, self.closed = [], limit, threading.Condition(), False

    def put(self, x):
        with self.condition:
            self.condition.wait_for(lambda: not self.limit or len(self.items) < self.limit or self.closed)
            if self.closed:
                raise RuntimeError('closed')
            self.items.append(x)
            self.condition.notify_all()

    def get(self, timeout=None):
        with self.condition:
            if not self.condition.wait_for(lambda: self.items or self.closed, timeout):
                raise TimeoutError('nothing to get')
            if not self.items:
                raise StopIteration
            self.condition.notify_all()
            return self.items.pop(0)

    def close(self):
        with self.condition:
            self.closed = True
            self.condition.notify_all()

    def __iter__(self):
        while True:
            try:
                yield self.get()
            except StopIteration:
                return


class Future:
    def __init__(self):
        self.done, self.value, self.error = threading.Event(), None, None

    def result(self, timeout=5):
        if not self.done.wait(timeout):
            raise TimeoutError
        if self.error:
            raise self.error
        return self.value


class Pool:
    def __init__(self, n):
        self.queue = Queue(limit=4)
        self.threads = [threading.Thread(target=self.work) for _ in range(n)]
        for t in self.threads:
            t.start()

    def work(self):
        for future, f, args in self.queue:
            try:
                future.value = f(*args)
            except Exception as e:
                future.error = e
            future.done.set()

    def submit(self, f, *args):
        future = Future()
        self.queue.put((future, f, args))
        return future

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.queue.close()
        for t in self.threads:
            t.join()


def slow_square(n):
    return sum(n for _ in range(n))


with Pool(3) as pool:
    futures = [pool.submit(slow_square, n) for n in range(30)]
    bad = [pool.submit(int, 'x'), pool.submit(lambda: 1 / 0), pool.submit(5)]
    print([f.result() for f in futures])
    for f in bad:
        try:
            f.result()
        except Exception as e:
            print(type(e).__name__, e)
print([t.is_alive() for t in pool.threads])
try:
    pool.submit(print)
except RuntimeError as e:
    print(e)
a, b, c = Queue(2), Queue(2), Queue()


def stage(source, target, f):
    for x in source:
        target.put(f(x))
    target.close()


threads = [threading.Thread(target=stage, args=args) for args in ((a, b, lambda x: x + 1), (b, c, lambda x: x * x))]
for t in threads:
    t.start()
for i in range(10):
    a.put(i)
a.close()
print(list(c))
for t in threads:
    t.join()
q = Queue()
try:
    q.get(timeout=0.01)
except TimeoutError as e:
    print(e)
semaphore, active, most, guard = threading.BoundedSemaphore(2), 0, 0, threading.Lock()


def limited():
    global active, most
    with semaphore:
        with guard:
            active += 1
            most = max(most, active)
        threading.Event().wait(0.002)
        with guard:
            active -= 1


threads = [threading.Thread(target=limited) for _ in range(8)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(most <= 2, active, semaphore.acquire(blocking=False), semaphore.release())
once = []
flag = threading.Lock()


def try_once(i):
    if flag.acquire(blocking=False):
        once.append(i)


threads = [threading.Thread(target=try_once, args=(i,)) for i in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(once), flag.locked())
b.put(1)
