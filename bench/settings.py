"""Two settings of taipan against each other, in pairs: the programs of bench/py (processor time of the whole process), or with --loops plain
loops, once warm.

    settings.py --a "-X gil=1" --b "-X gil=0" [-n ROUNDS] [NAME...]      what GIL off costs a program with one thread
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


def sample(interpreter, names, loops):
    """{name: seconds} of one round."""
    if loops:
        return json.loads(subprocess.run([*interpreter, os.path.join(HERE, 'loops_cases.py'), *names], check=True, capture_output=True).stdout)
    return {n: program_seconds([*interpreter, os.path.join(HERE, 'py', n + '.py')]) for n in names}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('names', nargs='*')
    parser.add_argument('--taipan', default=os.path.join(HERE, '../build/release/taipan'))
    parser.add_argument('--a', default='-X jit=off')
    parser.add_argument('--b', default='')
    parser.add_argument('-n', '--rounds', type=int, default=5)
    parser.add_argument('--loops', action='store_true')
    options = parser.parse_args()
    sides = [[options.taipan, *text.split()] for text in (options.a, options.b)]
    names = options.names
    if not names and not options.loops:
        names = sorted(f[:-3] for f in os.listdir(os.path.join(HERE, 'py')) if f.endswith('.py'))
    best = [{}, {}]
    # One program after the other, so that both sides of a pair meet the same machine.
    for batch in [names] if options.loops else [[n] for n in names]:
        for k in range(options.rounds):
            for side in (0, 1) if k % 2 else (1, 0):
                for name, seconds in sample(sides[side], batch, options.loops).items():
                    best[side][name] = min(seconds, best[side].get(name, math.inf))
    print(f'{"":20} {options.a or "default":>12} {options.b or "default":>12}   ratio')
    ratios = []
    for name, a in best[0].items():
        ratios.append(a / best[1][name])
        print(f'{name:20} {a * 1e3:9.2f} ms {best[1][name] * 1e3:9.2f} ms {ratios[-1]:7.2f}')
    print(f'{"geometric mean":20} {"":25} {math.exp(sum(map(math.log, ratios)) / len(ratios)):7.3f}')


if __name__ == '__main__':
    sys.exit(main())
