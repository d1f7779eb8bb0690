#!/usr/bin/env python3.11
"""Module micro-benchmarks: json, pickle, struct, csv, re, hashlib, zlib, datetime, sorting, string methods and files by lines under taipan and
python3.11 in turns, in one run.

    modules.py [--library] [--taipan PATH] [--args "-X jit=off"] [-n ROUNDS] [NAME...]     (./dev bench --modules)
    modules.py --threads N [--library] ...      taipan alone, without its GIL: what N threads are to one, each with objects of its own

--library: what programs do with the library that is written in Python (collections, dataclasses, argparse, logging, email, asyncio...).
Each case runs in both interpreters alternately; its time is the fastest of the rounds. A ratio says how many times faster taipan is. Cases whose
module an interpreter lacks are left out. A topic's ratio is the geometric mean of its cases.
"""
import argparse
import json
import math
import os
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def measure(command, worker, arguments):
    done = subprocess.run(command + [os.path.join(HERE, worker)] + arguments, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f'modules: {" ".join(command)} failed:\n{done.stderr[-2000:]}')
    return json.loads(done.stdout)


def threads_against_one(options, worker):
    best = {}
    command = [os.path.abspath(options.taipan), '-X', 'gil=0'] + shlex.split(options.args)
    for _ in range(options.rounds):
        for name, times in measure(command, worker, ['--threads', str(options.threads)] + options.names).items():
            best[name] = [min(pair) for pair in zip(times, best.get(name, times))]
    print(f'{"case":34}{"1 thread ms":>12}{options.threads:>4} threads ms{"speed-up":>10}')
    gains = {name: options.threads * one / several for name, (one, several) in best.items()}
    for name in sorted(gains, key=gains.get):
        one, several = best[name]
        print(f'{name:34}{one * 1e3:12.3f}{several * 1e3:15.3f}{gains[name]:10.2f}')
    print(f'{"median":34}{sorted(gains.values())[len(gains) // 2]:37.2f}')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('names', nargs='*', help='topics (default: all)')
    parser.add_argument('--taipan', default=os.path.join(HERE, '..', 'build', 'release', 'taipan'))
    parser.add_argument('--args', default='')
    parser.add_argument('--reference', default='/usr/bin/python3.11')
    parser.add_argument('--library', action='store_true', help='the library that is written in Python instead')
    parser.add_argument('-n', '--rounds', type=int, default=3)
    parser.add_argument('--min-mean', type=float, help='fail if the geometric mean is below this')
    parser.add_argument('--min-each', type=float, help='fail if a topic is below this')
    parser.add_argument('--threads', type=int, help='so many threads against one')
    options = parser.parse_args()
    worker = 'library_cases.py' if options.library else 'modules_cases.py'
    if options.threads:
        return threads_against_one(options, worker)
    mine, reference = {}, {}
    for _ in range(options.rounds):
        for command, best in (([os.path.abspath(options.taipan)] + shlex.split(options.args), mine), ([options.reference], reference)):
            for name, seconds in measure(command, worker, options.names).items():
                best[name] = min(best.get(name, math.inf), seconds)
    topics = {}
    print(f'{"case":34}{"taipan ms":>12}{"python ms":>12}{"ratio":>8}')
    for name in mine:
        if name not in reference:
            continue
        ratio = reference[name] / mine[name]
        topics.setdefault(name.split('.')[0], []).append(ratio)
        print(f'{name:34}{mine[name] * 1e3:12.3f}{reference[name] * 1e3:12.3f}{ratio:8.2f}')
    missing = sorted(set(reference) - set(mine))
    if missing:
        print('not in taipan:', ', '.join(missing))
    means = {topic: math.exp(sum(map(math.log, ratios)) / len(ratios)) for topic, ratios in topics.items()}
    print()
    for topic, mean in means.items():
        print(f'{topic:34}{mean:32.2f}')
    total = math.exp(sum(map(math.log, means.values())) / len(means))
    print(f'{"geometric mean":34}{total:32.2f}')
    if options.min_mean and total < options.min_mean or options.min_each and min(means.values()) < options.min_each:
        sys.exit(1)


if __name__ == '__main__':
    main()
