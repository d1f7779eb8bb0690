"""Two settings of taipan against each other, in pairs: the programs of bench/py (processor time of the whole process), with --thread the same
in a started thread (its processor time), with --loops plain loops, once warm, or with --operations single operations in a started thread.

    settings.py --a "-X gil=1" --b "-X gil=0" [-n ROUNDS] [NAME...]      what GIL off costs a program with one thread
    settings.py --thread --a "-X gil=1" --b "-X gil=0"                   what it costs a thread that others may run beside it
    settings.py --loops --a "-X jit=off" --b "" [-n ROUNDS]              what machine code gains

Times are the fastest of the rounds; the ratio is a's time divided by b's: above 1, b is the faster one.
"""
import argparse
import json
import math
import os
import resource
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def program_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def output(command):
    return subprocess.run(command, check=True, capture_output=True).stdout


def sample(interpreter, names, options):
    """{name: seconds} of one round."""
    for cases in ('loops', 'operations'):
        if getattr(options, cases):
            return json.loads(output([*interpreter, os.path.join(HERE, cases + '_cases.py'), *names]))
    programs = {n: os.path.join(HERE, 'py', n + '.py') for n in names}
    if options.thread:
        return {n: float(output([*interpreter, os.path.join(HERE, 'threads/in_thread.py'), p])) for n, p in programs.items()}
    return {n: program_seconds([*interpreter, p]) for n, p in programs.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('names', nargs='*')
    parser.add_argument('--taipan', default=os.path.join(HERE, '../build/release/taipan'))
    parser.add_argument('--a', default='-X jit=off')
    parser.add_argument('--b', default='')
    parser.add_argument('-n', '--rounds', type=int, default=5)
    what = parser.add_mutually_exclusive_group()
    for kind in ('loops', 'operations', 'thread'):
        what.add_argument('--' + kind, action='store_true')
    options = parser.parse_args()
    sides = [[options.taipan, *text.split()] for text in (options.a, options.b)]
    names = options.names
    cases = options.loops or options.operations
    if not names and not cases:
        names = sorted(f[:-3] for f in os.listdir(os.path.join(HERE, 'py')) if f.endswith('.py'))
    best = [{}, {}]
    # One program after the other, so that both sides of a pair meet the same machine.
    for batch in [names] if cases else [[n] for n in names]:
        for k in range(options.rounds):
            for side in (0, 1) if k % 2 else (1, 0):
                for name, seconds in sample(sides[side], batch, options).items():
                    best[side][name] = min(seconds, best[side].get(name, math.inf))
    unit, factor = ('ns', 1e9) if options.operations else ('ms', 1e3)
    print(f'{"":20} {options.a or "default":>12} {options.b or "default":>12}   ratio')
    ratios = []
    for name, a in best[0].items():
        ratios.append(a / best[1][name])
        print(f'{name:20} {a * factor:9.2f} {unit} {best[1][name] * factor:9.2f} {unit} {ratios[-1]:7.2f}')
    print(f'{"geometric mean":20} {"":25} {math.exp(sum(map(math.log, ratios)) / len(ratios)):7.3f}')


if __name__ == '__main__':
    sys.exit(main())
