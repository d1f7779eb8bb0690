#!/usr/bin/env python3.11
"""With the GIL: whether threads that compute get equal shares of a second, and how soon one that waits for input has its turn beside one that
computes.

    turns.py [--interpreter PATH]... [--seconds 1] [--check]

Shares are of processor time, as parts of what each would have if all had the same. Waits are counted in switch intervals, from the moment
another process has written a byte until the thread has read it. --check fails where a share is off by more than a fifth, or the median wait
is above two intervals.
"""
import argparse
import os
import statistics
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
WRITER = '''
import os, sys, time
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    time.sleep(0.004)
    os.write(1, int(time.monotonic() * 1e9).to_bytes(8, 'little'))
'''


def compute(stop, times, i):
    begin = time.thread_time()
    n = 0
    while not stop:
        for _ in range(100):
            n += 1
    times[i] = time.thread_time() - begin


def shares(threads, seconds):
    stop, times = [], [0.0] * threads
    workers = [threading.Thread(target=compute, args=(stop, times, i)) for i in range(threads)]
    for worker in workers:
        worker.start()
    time.sleep(seconds)
    stop.append(True)
    for worker in workers:
        worker.join()
    return [t * threads / sum(times) for t in times]


def waits(seconds):
    stop, times, found = [], [0.0], []
    writer = subprocess.Popen(['/usr/bin/python3.11', '-c', WRITER, str(seconds)], stdout=subprocess.PIPE)
    fd = writer.stdout.fileno()

    def read():
        while piece := os.read(fd, 8):
            found.append(time.monotonic() - int.from_bytes(piece, 'little') / 1e9)

    reader = threading.Thread(target=read)
    worker = threading.Thread(target=compute, args=(stop, times, 0))
    worker.start()
    reader.start()
    reader.join()
    stop.append(True)
    worker.join()
    writer.wait()
    interval = sys.getswitchinterval()
    return statistics.median(found) / interval, max(found) / interval, len(found)


def measure(seconds):
    for threads in (2, 3, 4):
        found = shares(threads, seconds)
        print('shares', threads, min(found), max(found))
    print('waits', *waits(seconds))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--interpreter', action='append', help='with its arguments (default: taipan, taipan -X jit=off, python3.11)')
    parser.add_argument('--taipan', default=os.path.join(HERE, '..', 'build', 'release', 'taipan'))
    parser.add_argument('--seconds', type=float, default=1.0)
    parser.add_argument('--check', action='store_true')
    parser.add_argument('--measure', action='store_true', help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.seconds)
        return
    bad = False
    taipan = os.path.abspath(options.taipan)
    for command in options.interpreter or [taipan, f'{taipan} -X jit=off', '/usr/bin/python3.11']:
        line = [*command.split(), os.path.abspath(__file__), '--measure', '--seconds', str(options.seconds)]
        done = subprocess.run(line, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f'turns: {command}: {done.stderr.strip()}')
        print(command)
        for row in done.stdout.splitlines():
            kind, *numbers = row.split()
            if kind == 'shares':
                threads, least, most = int(numbers[0]), float(numbers[1]), float(numbers[2])
                wrong = least < 0.8 or most > 1.2
                print(f'  {threads} threads: shares of {least:.2f} to {most:.2f}' + '  (!)' * wrong)
            else:
                median, longest = float(numbers[0]), float(numbers[1])
                wrong = median > 2
                print(f'  a reader beside one that computes: waits {median:.2f} intervals in the median, {longest:.1f} at most ({numbers[2]})'
                      + '  (!)' * wrong)
            bad |= wrong and 'taipan' in command
    if options.check and bad:
        sys.exit(1)


if __name__ == '__main__':
    main()
