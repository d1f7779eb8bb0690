# Threads that sleep and wake beside threads that compute: all get on, whatever the switch interval, and what is woken by other threads too.
import queue
import sys
import threading
import time


def run(computing, sleeping, naps):
    stop = threading.Event()
    counts = [0] * computing
    done = []

    def compute(i):
        while not stop.is_set():
            for _ in range(100):
                counts[i] += 1

    def sleep():
        for _ in range(naps):
            time.sleep(0.0003)
        done.append(1)

    threads = [threading.Thread(target=compute, args=(i,)) for i in range(computing)]
    sleepers = [threading.Thread(target=sleep) for _ in range(sleeping)]
    for t in threads + sleepers:
        t.start()
    for t in sleepers:
        t.join()
    while not all(counts):  # each has had a turn
        time.sleep(0.001)
    stop.set()
    for t in threads:
        t.join()
    return len(done), all(counts)


before = sys.getswitchinterval()
for interval in (0.005, 1e-6):
    sys.setswitchinterval(interval)
    for computing, sleeping in ((1, 1), (2, 1), (1, 12), (3, 6)):
        print(interval, computing, sleeping, run(computing, sleeping, 10))
sys.setswitchinterval(before)

# Requests and answers by queues, with a timeout now and then, beside one that computes.
stop = threading.Event()
requests, answers = queue.Queue(), queue.SimpleQueue()


def busy():
    n = 0
    while not stop.is_set():
        n += 1


def serve():
    while (n := requests.get()) is not None:
        answers.put((n, [n * n]))


threads = [threading.Thread(target=busy), threading.Thread(target=serve)]
for t in threads:
    t.start()
total = 0
for i in range(20):
    requests.put(i)
    n, (square,) = answers.get()
    total += square
    try:
        answers.get(timeout=0.0005)
    except queue.Empty:
        total += 1
requests.put(None)
stop.set()
for t in threads:
    t.join()
print(total)
