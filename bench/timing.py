"""What the files of cases share: each registers named cases, a function that prepares and returns what is to be timed, and ends with
run_cases(), which prints {"topic.case": seconds} for the topics named on the command line (all without arguments). After --threads N it prints
{"topic.case": [seconds of one thread, seconds of N threads]} instead, each thread with objects of its own and as much to do as the one."""
import json
import sys
import threading
import time

CASES = {}


def case(name):
    def add(make):
        CASES[name] = make
        return make
    return add


def best_of(run):
    """Seconds a call: the fastest of several samples of at least 5 ms each."""
    clock = time.perf_counter
    run()
    start = clock()
    run()
    once = max(clock() - start, 1e-7)
    repeats = max(1, int(0.005 / once))
    best = float('inf')
    for _ in range(7):
        start = clock()
        for _ in range(repeats):
            run()
        best = min(best, (clock() - start) / repeats)
    return best


def in_threads(runs, repeats):
    """Seconds from the first thread's begin to the last one's end."""
    begin, times = threading.Barrier(len(runs)), []

    def work(run):
        begin.wait()
        start = time.perf_counter()
        for _ in range(repeats):
            run()
        times.append((start, time.perf_counter()))

    workers = [threading.Thread(target=work, args=(run,)) for run in runs]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    return max(end for _, end in times) - min(start for start, _ in times)


def one_and_several(make, threads):
    runs = [make() for _ in range(threads)]
    in_threads(runs, 1)
    repeats = max(1, int(0.04 / max(in_threads(runs[:1], 1), 1e-7)))
    in_threads(runs, repeats)
    one, several = [], []
    for _ in range(7):
        one.append(in_threads(runs[:1], repeats) / repeats)
        several.append(in_threads(runs, repeats) / repeats)
    return min(one), min(several)


def run_cases():
    topics = sys.argv[1:]
    threads = int(topics[1]) if topics[:1] == ['--threads'] else 0
    if threads:
        del topics[:2]
    results = {}
    for name, make in CASES.items():
        if topics and name.split('.')[0] not in topics:
            continue
        try:
            run = make()
        except ImportError:
            continue
        results[name] = one_and_several(make, threads) if threads else best_of(run)
    print(json.dumps(results))
