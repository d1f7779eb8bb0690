#!/usr/bin/env python3.11
"""How programs with threads scale: the workloads of bench/threads/workloads.py with 1..N threads, each doing the same total work, under
taipan with and without its GIL, under python3.11 and pypy3 (threads), and under python3.11 with multiprocessing.

    scaling.py [--taipan PATH] [--threads 1,2,4] [-n REPEATS] [--amount FACTOR] [--kinds gil=0,gil=1,python3.11,...] [NAME...]

Prints a table of seconds and of efficiency (speed-up over one thread, divided by the threads), writes JSON and an SVG curve. Through the
throughputs of each workload goes the Universal Scalability Law, C(N) = N / (1 + a (N - 1) + b N (N - 1)): a is the share of the work that
threads must take in turns, b what they cost each other in pairs; from it comes what 16 and 64 cores would give. With two points (two cores)
b can't be told apart from a and is taken as 0, so the forecast is the kinder one. One thread is a started thread too.

What the machine gives is measured beside it, for work that nobody writes to together: N processes of taipan at once, each doing all of the
work with one thread. "of apart" is the throughput of N threads divided by that of the N processes, the median of pairs taken one after the
other: 1.00 says that the threads cost each other nothing, whatever else the machine (a virtual one's host, its clock, its caches) takes away.
"""
import datetime
import json
import math
import os
import platform
import statistics
import subprocess
import sys

import drivers

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPT = os.path.join(HERE, 'threads', 'workloads.py')
sys.path.insert(0, os.path.join(HERE, 'threads'))
from workloads import WORKLOADS  # noqa: E402

KINDS = {'gil=0': 'taipan -X gil=0', 'gil=1': 'taipan', 'python3.11': 'python3.11', 'processes': 'python3.11, multiprocessing', 'pypy3': 'pypy3'}
COLOURS = {'private': '#2a7f62', 'shared read': '#3b6ea5', 'shared written': '#c46a2b'}


def parse_arguments():
    parser = drivers.parser(__doc__, 'workloads')
    parser.add_argument('--threads', default='', help='comma-separated numbers of threads (default: 1, 2, 4... up to the cores)')
    parser.add_argument('--kinds', default=','.join(KINDS), help=f'of {", ".join(KINDS)}')
    parser.add_argument('--amount', type=float, default=2.0, help='multiple of the usual amount of work')
    parser.add_argument('--check', action='store_true', help="fail where two threads miss the project's aims (see README)")
    return parser.parse_args()


def commands(options):
    taipan = os.path.abspath(options.taipan)
    found = {}
    for kind in options.kinds.split(','):
        if kind in ('gil=0', 'gil=1'):
            found[kind] = [taipan, '-X', kind]
        elif kind == 'processes':
            found |= {kind: command for command in drivers.others(['python3.11']).values()}
        else:
            found |= drivers.others([kind])
    return found


def line_of(command, name, threads, options):
    return [*command, SCRIPT, name, str(threads), '--amount', str(options.amount)]


def measure(command, kind, name, threads, options):
    """Seconds and what the work came to, or (None, why not)."""
    line = line_of(command, name, threads, options)
    if kind == 'processes':
        line.append('--processes')
    try:
        done = subprocess.run(line, capture_output=True, text=True, timeout=options.timeout, env=drivers.environment(), errors='replace')
    except subprocess.TimeoutExpired:
        return None, 'timeout'
    if done.returncode:
        return None, (done.stderr.strip().split('\n') or [''])[-1] or f'exit status {done.returncode}'
    seconds, result = done.stdout.split(None, 1)
    return float(seconds), result.strip()


def measure_apart(command, name, count, options):
    """Seconds of the slowest of so many processes that do all the work each; None: one failed."""
    line = line_of(command, name, 1, options)
    workers = [subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=drivers.environment()) for _ in range(count)]
    answers = [worker.communicate()[0].split() for worker in workers]
    return max(float(answer[0]) for answer in answers) if all(answers) else None


def fit(points):
    """a, b of the Universal Scalability Law from {threads: seconds}: least squares of N / C - 1 = a (N - 1) + b N (N - 1), both >= 0."""
    one = points.get(1)
    if not one:
        return None
    rows = [(n - 1, n * (n - 1), n * seconds / one - 1) for n, seconds in points.items() if n > 1]
    if not rows:
        return None
    xx, xy, yy = (sum(r[i] * r[j] for r in rows) for i, j in ((0, 0), (0, 1), (1, 1)))
    xt, yt = sum(r[0] * r[2] for r in rows), sum(r[1] * r[2] for r in rows)
    only_a = (max(0.0, xt / xx), 0.0)
    determinant = xx * yy - xy * xy
    if len(rows) < 2 or determinant < 1e-9 * xx * yy:
        return only_a
    a, b = (xt * yy - yt * xy) / determinant, (yt * xx - xt * xy) / determinant
    if b < 0:
        return only_a
    return (0.0, max(0.0, yt / yy)) if a < 0 else (a, b)


def capacity(law, n):
    a, b = law
    return n / (1 + a * (n - 1) + b * n * (n - 1))


def collect(options, kinds, names, counts):
    results = {name: {kind: {n: [] for n in counts} for kind in kinds} for name in names}
    errors, answers = {}, {name: {} for name in names}
    apart = {name: [] for name in names}  # throughput of most threads / that of as many processes
    for repeat in range(options.repeats):
        for name in names:
            for kind, command in kinds.items():
                if kind == 'processes' and not WORKLOADS[name][2]:
                    continue
                for n in counts:
                    if (name, kind, n) in errors:
                        continue
                    seconds, result = measure(command, kind, name, n, options)
                    if seconds is None:
                        errors[name, kind, n] = result
                        print(f'scaling: {name}, {kind}, {n} threads: {result}', file=sys.stderr)
                        continue
                    results[name][kind][n].append(seconds)
                    answers[name].setdefault(result, f'{kind} with {n}')
                    if kind == 'gil=0' and n == counts[-1] > 1 and WORKLOADS[name][0] != 'shared written':
                        other = measure_apart(command, name, n, options)
                        if other:
                            apart[name].append(other / (n * seconds))
        print(f'scaling: round {repeat + 1} of {options.repeats} done', file=sys.stderr)
    for name, different in answers.items():
        if len(different) > 1:
            print(f'scaling: {name}: different results: {different}', file=sys.stderr)
            errors[name, '', 0] = 'different results'
    return results, apart, errors


def best(results, name, kind, n):
    seconds = results[name].get(kind, {}).get(n)
    return min(seconds) if seconds else None


def table(results, apart, kinds, counts):
    most = counts[-1]
    header = ['workload'] + [f'{kind} x{n}' for kind in kinds for n in counts] + [f'{kind} eff.' for kind in kinds]
    law = 'gil=0' if 'gil=0' in kinds else None
    if law:
        header.append('of apart')
    if law and len(counts) > 1:
        header += ['a', 'b', 'x16', 'x64']
    rows, group = [], None
    for name in results:
        if WORKLOADS[name][0] != group:
            group = WORKLOADS[name][0]
            rows.append([f'-- {group}'] + [''] * (len(header) - 1))
        row = [name]
        for kind in kinds:
            for n in counts:
                seconds = best(results, name, kind, n)
                row.append(f'{seconds:.3f}' if seconds else '-')
        for kind in kinds:
            one, many = best(results, name, kind, 1), best(results, name, kind, most)
            row.append(f'{one / many / most:.2f}' if one and many else '-')
        if law:
            row.append(f'{statistics.median(apart[name]):.2f}' if apart[name] else '-')
        if law and len(counts) > 1:
            fitted = fit({n: best(results, name, law, n) for n in counts if best(results, name, law, n)})
            row += [f'{fitted[0]:.3f}', f'{fitted[1]:.4f}', f'{capacity(fitted, 16):.1f}', f'{capacity(fitted, 64):.1f}'] if fitted else ['-'] * 4
        rows.append(row)
    widths = [max(len(r[i]) for r in rows + [header]) for i in range(len(header))]
    lines = ['  '.join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))).rstrip() for row in [header] + rows]
    lines.insert(1, '-' * max(map(len, lines)))
    return '\n'.join(lines)


def chart(results, counts, kind):
    """One small picture a workload: speed-up over one thread as measured (dots) and by the law (line), on doubling axes up to 64 threads."""
    size, gap, columns, last = 150, 36, 5, 64
    places = [n for n in (1, 2, 4, 8, 16, 32, 64)]
    scale = lambda v: size * math.log2(max(v, 0.5) * 2) / math.log2(last * 2)
    pictures = []
    shown = [name for name in results if best(results, name, kind, 1)]
    for index, name in enumerate(shown):
        left, top = 40 + (index % columns) * (size + gap), 46 + (index // columns) * (size + gap + 12)
        point = lambda n, speed: f'{left + scale(n) - scale(1):.1f},{top + size - scale(speed):.1f}'
        points = {n: best(results, name, kind, n) for n in counts if best(results, name, kind, n)}
        colour = COLOURS[WORKLOADS[name][0]]
        law = fit(points)
        picture = [f'<rect x="{left}" y="{top}" width="{size - scale(1):.1f}" height="{size}" fill="none" stroke="#ccc"/>',
                   f'<text x="{left}" y="{top - 5}">{name}</text>',
                   f'<polyline points="{point(1, 1)} {point(last, last)}" stroke="#ddd" fill="none"/>']
        for n in places:
            x = left + scale(n) - scale(1)
            picture.append(f'<text x="{x:.1f}" y="{top + size + 11}" font-size="8" text-anchor="middle">{n}</text>')
            picture.append(f'<text x="{left - 4}" y="{top + size - scale(n) + 3:.1f}" font-size="8" text-anchor="end">{n}</text>')
        if law:
            curve = ' '.join(point(2 ** (i / 4), capacity(law, 2 ** (i / 4))) for i in range(25))
            picture.append(f'<polyline points="{curve}" stroke="{colour}" fill="none"/>')
        for n, seconds in points.items():
            x, y = point(n, points[1] / seconds).split(',')
            picture.append(f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>')
        pictures.append(''.join(picture))
    height = 60 + (len(shown) + columns - 1) // columns * (size + gap + 12)
    legend = ''.join(f'<circle cx="{46 + 130 * i}" cy="14" r="4" fill="{c}"/><text x="{54 + 130 * i}" y="18">{k}</text>' for i, (k, c) in enumerate(COLOURS.items()))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{60 + columns * (size + gap)}" height="{height}" font-family="sans-serif" font-size="11">'
            f'<rect width="100%" height="100%" fill="white"/>{legend}<text x="460" y="18">speed-up over one thread, {KINDS[kind]}: measured, and the fitted law</text>{"".join(pictures)}</svg>\n')


def aims_missed(results):
    """What issue and README promise of two threads."""
    missed, ratios = [], []
    for name in results:
        one, two, python = best(results, name, 'gil=0', 1), best(results, name, 'gil=0', 2), best(results, name, 'python3.11', 1)
        if not one or not two:
            continue
        if WORKLOADS[name][0] == 'shared written':
            if two > one * 1.05:
                missed.append(f'{name}: two threads take {two / one:.2f} times as long as one')
            if python and two > python:
                missed.append(f'{name}: {two:.3f} s, python3.11 with one thread {python:.3f} s')
        else:
            ratios.append(one / two)
            if one / two < 1.7:
                missed.append(f'{name}: two threads are {one / two:.2f} times as fast as one')
    if ratios and statistics.median(ratios) < 1.9:
        missed.append(f'the median of private and shared-read work is {statistics.median(ratios):.2f}, not 1.9')
    return missed


def main():
    options = parse_arguments()
    names = options.names or list(WORKLOADS)
    for name in names:
        if name not in WORKLOADS:
            sys.exit(f'scaling: no workload {name}; there are: {" ".join(WORKLOADS)}')
    cores = len(os.sched_getaffinity(0))
    counts = sorted({int(n) for n in options.threads.split(',')}) if options.threads else [2 ** i for i in range(12) if 2 ** i < cores] + [cores]
    kinds = commands(options)
    results, apart, errors = collect(options, kinds, names, counts)
    print(table(results, apart, list(kinds), counts))
    os.makedirs(options.out, exist_ok=True)
    laws = {name: fit({n: best(results, name, 'gil=0', n) for n in counts if best(results, name, 'gil=0', n)}) for name in names} if 'gil=0' in kinds else {}
    report = {'date': datetime.datetime.now().isoformat(timespec='seconds'), 'machine': platform.machine(), 'cores': cores, 'repeats': options.repeats,
              'amount': options.amount, 'threads': counts, 'seconds': results, 'of_apart': apart, 'law': {name: law and {'a': law[0], 'b': law[1]} for name, law in laws.items()},
              'errors': {' '.join(map(str, key)): text for key, text in errors.items()}}
    with open(os.path.join(options.out, 'scaling.json'), 'w', encoding='utf-8') as file:
        json.dump(report, file, indent=1)
    if 'gil=0' in kinds:
        with open(os.path.join(options.out, 'scaling.svg'), 'w', encoding='utf-8') as file:
            file.write(chart(results, counts, 'gil=0'))
    print(f'written: {os.path.relpath(options.out)}/scaling.json, scaling.svg')
    of_apart = [statistics.median(pairs) for pairs in apart.values() if pairs]
    if of_apart:
        print(f'of apart, the median of private and shared-read work: {statistics.median(of_apart):.2f}')
    missed = aims_missed(results) if 2 in counts else []
    for line in missed:
        print('missed: ' + line)
    sys.exit(1 if errors or options.check and missed else 0)


if __name__ == '__main__':
    main()
