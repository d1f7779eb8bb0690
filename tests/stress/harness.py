"""What the scenarios share: how one is declared and run."""
import collections
import gc
import random
import sys
import threading
import time

SCENARIOS = {}


def scenario(setup):
    """setup(seed) returns (work, check): work(rng, thread_number) is called again and again by each thread, check() once at the end."""
    SCENARIOS[setup.__name__] = setup
    return setup


class _Count(type):
    live = property(lambda cls: len(cls.made) - len(cls.died))


class Counted(metaclass=_Count):
    """Something on the heap that knows how many of it live. Counts without a lock: without the GIL finalizers may run at any instruction of any
    thread, as they do with it where the collector calls them, also while that thread holds the lock."""
    made, died = collections.deque(), collections.deque()

    def __init__(self, value=0):
        self.value = value
        Counted.made.append(None)

    def __del__(self):
        Counted.died.append(None)


def settled(test, seconds=5):
    """Waits for what other threads' last references may delay a little."""
    end = time.monotonic() + seconds
    while not test() and time.monotonic() < end:
        gc.collect()
        time.sleep(0.001)
    assert test()


def run(name, threads, seconds, seed):
    work, check = SCENARIOS[name](seed)
    failures, stop = [], []
    rounds = collections.Counter()
    start = threading.Barrier(threads)

    def body(me):
        rng = random.Random(seed * 100 + me)
        try:
            start.wait()
            while not stop:
                work(rng, me)
                rounds[me] += 1
        except BaseException as e:
            import traceback
            traceback.print_exc()
            failures.append(e)
            stop.append(1)

    if seed % 2:
        sys.setswitchinterval(1e-6)
    workers = [threading.Thread(target=body, args=(i,)) for i in range(threads)]
    for w in workers:
        w.start()
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stop:
        time.sleep(0.01)
    stop.append(1)
    for w in workers:
        w.join()
    if not failures:
        check()
    print(name, 'threads', threads, 'rounds', sum(rounds.values()), 'FAILED' if failures else 'ok')
    return not failures
