# Several threads get from one SimpleQueue, some asleep and some looking: each item that is put finds one of them.
import queue
import threading
import time

WORKERS = 4


def round_trip(items, burst, pause):
    line, back = queue.SimpleQueue(), queue.SimpleQueue()

    def work():
        while True:
            item = line.get()
            if item is None:
                return
            back.put(item * 2)

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for t in threads:
        t.start()
    total = 0
    for start in range(0, items, burst):
        for i in range(start, start + burst):
            line.put(i)
        for _ in range(burst):
            total += back.get(timeout=60)
        if pause:
            time.sleep(pause)
    for _ in threads:
        line.put(None)
    for t in threads:
        t.join(60)
    return total, any(t.is_alive() for t in threads), line.qsize(), back.qsize()


for burst in (1, 2, 5, 64):
    print(burst, round_trip(640, burst, 0))
print('with pauses', round_trip(60, 3, 0.0003))


# An item wakes one sleeper each, however many sleep.
line, seen = queue.SimpleQueue(), queue.SimpleQueue()
threads = [threading.Thread(target=lambda: seen.put(line.get())) for _ in range(WORKERS)]
for t in threads:
    t.start()
time.sleep(0.02)
for i in range(WORKERS):
    line.put(i)
for t in threads:
    t.join(60)
print(sorted(seen.get() for _ in range(WORKERS)), line.empty())

# One that gives up leaves the item to who comes next.
try:
    line.get(timeout=0.001)
except queue.Empty:
    print('empty')
line.put('late')
print(line.get(timeout=1))
