"""A list of ten million integers, summed once by one thread and once as two halves by two threads."""
import sys
import threading
import time


def add_up(numbers, start, stop, results, slot):
    total = 0
    for i in range(start, stop):
        total += numbers[i]
    results[slot] = total


size = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
numbers = list(range(size))
results = [0, 0, 0]

begin = time.perf_counter()
add_up(numbers, 0, size, results, 0)
one = time.perf_counter() - begin

half = size // 2
begin = time.perf_counter()
threads = [threading.Thread(target=add_up, args=(numbers, 0, half, results, 1)),
           threading.Thread(target=add_up, args=(numbers, half, size, results, 2))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
two = time.perf_counter() - begin

assert results[0] == results[1] + results[2] == size * (size - 1) // 2
print(f'parallel_sum {size}: {results[0]} by one thread in {one:.3f} s, {results[1]} + {results[2]} by two in {two:.3f} s')
