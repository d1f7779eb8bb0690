"""What the files of cases share: each registers named cases, a function that prepares and returns what is to be timed, and ends with
run_cases(), which prints {"topic.case": seconds} for the topics named on the command line (all without arguments)."""
import json
import sys
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


def run_cases():
    topics = sys.argv[1:]
    results = {}
    for name, make in CASES.items():
        if topics and name.split('.')[0] not in topics:
            continue
        try:
            run = make()
        except ImportError:
            continue
        results[name] = best_of(run)
    print(json.dumps(results))
