#!/usr/bin/env python3.11
"""Runs the programs of bench/py under taipan, python3.11 and pypy3, one after the other in turns, and reports time and peak
memory side by side, with ratios and geometric means: as a table, as JSON and as an SVG chart.

    compare.py [--taipan PATH] [--args "-X jit=off"] [-n REPEATS] [--others python3.11,pypy3] [NAME...]

Times are wall clock (--cpu: processor time), the fastest of the repetitions; memory is the largest resident set. A ratio says how many times faster
(or smaller) taipan is than the other. parallel_sum and other programs that time themselves also have their line shown.
"""
import datetime
import json
import math
import os
import platform
import shlex
import signal
import subprocess
import sys
import tempfile
import time

import drivers

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = os.path.join(HERE, 'py')
COLOURS = {'taipan': '#2a7f62', 'python3.11': '#3b6ea5', 'pypy3': '#c46a2b'}


def parse_arguments():
    parser = drivers.parser(__doc__, 'programs')
    parser.add_argument('--args', default='', help='arguments for taipan')
    parser.add_argument('--others', default='python3.11,pypy3')
    parser.add_argument('--cpu', action='store_true', help='processor time instead of wall clock, for a busy machine')
    parser.add_argument('--min-mean', type=float, help='fail if the geometric mean against python3.11 is below this')
    parser.add_argument('--min-each', type=float, help='fail if a program is below this against python3.11')
    return parser.parse_args()


def interpreters(options):
    found = {}
    taipan = os.path.abspath(options.taipan)
    if os.path.exists(taipan):
        found['taipan'] = [taipan] + shlex.split(options.args)
    return found | drivers.others(options.others.split(','))


def run(command, path, timeout, cpu):
    """Seconds, exit status, the program's line (or why there is none), peak memory in KiB."""
    environment = drivers.environment()
    # A process inherits the peak of the one it was forked from; GNU time is small enough not to show.
    with tempfile.NamedTemporaryFile('r') as report:
        begin = time.perf_counter()
        child = subprocess.Popen(['/usr/bin/time', '-q', '-f', '%M %U %S', '-o', report.name, *command, path], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, env=environment, start_new_session=True)
        try:
            out, err = child.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
            return timeout, None, 'timeout', 0
        seconds = time.perf_counter() - begin
        line = out.decode(errors='replace').strip() or err.decode(errors='replace').strip().split('\n')[-1]
        peak, user, system = report.read().split('\n')[-2].split()
        if cpu:
            seconds = max(float(user) + float(system), 0.01)
        return seconds, child.returncode, line, int(peak)


def geometric_mean(values):
    values = [v for v in values if v]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def collect(options, commands, names):
    results = {name: {kind: {'seconds': [], 'kib': 0, 'line': '', 'error': None} for kind in commands} for name in names}
    for repeat in range(options.repeats):
        for name in names:
            for kind, command in commands.items():
                entry = results[name][kind]
                if entry['error']:
                    continue
                seconds, status, line, peak = run(command, os.path.join(PROGRAMS, name + '.py'), options.timeout, options.cpu)
                if status != 0:
                    entry['error'] = line or f'exit status {status}'
                    print(f'compare: {name} under {kind}: {entry["error"]}', file=sys.stderr)
                    continue
                entry['seconds'].append(seconds)
                entry['kib'] = max(entry['kib'], peak)
                entry['line'] = line
        print(f'compare: round {repeat + 1} of {options.repeats} done', file=sys.stderr)
    for name, kinds in results.items():
        lines = {entry['line'] for entry in kinds.values() if entry['line']}
        if len(lines) > 1 and name != 'parallel_sum':
            print(f'compare: {name}: different results: {sorted(lines)}', file=sys.stderr)
    return results


def best(entry):
    return min(entry['seconds']) if entry['seconds'] else None


def table(results, kinds):
    others = [k for k in kinds if k != 'taipan']
    header = ['program'] + [f'{k} s' for k in kinds]
    if 'taipan' in kinds:
        header += [f'vs {k}' for k in others]
    header += [f'{k} MB' for k in kinds]
    if 'taipan' in kinds:
        header += [f'mem vs {k}' for k in others]
    rows, speed, memory = [], {k: [] for k in others}, {k: [] for k in others}
    for name, entries in results.items():
        row = [name] + [f'{best(entries[k]):.3f}' if best(entries[k]) else 'failed' for k in kinds]
        if 'taipan' in kinds:
            for k in others:
                ours, theirs = best(entries['taipan']), best(entries[k])
                ratio = theirs / ours if ours and theirs else None
                speed[k].append(ratio)
                row.append(f'{ratio:.2f}x' if ratio else '-')
        row += [f'{entries[k]["kib"] / 1024:.1f}' if entries[k]['kib'] else '-' for k in kinds]
        if 'taipan' in kinds:
            for k in others:
                ours, theirs = entries['taipan']['kib'], entries[k]['kib']
                ratio = theirs / ours if ours and theirs else None
                memory[k].append(ratio)
                row.append(f'{ratio:.2f}x' if ratio else '-')
        rows.append(row)
    means = {k: {'speed': geometric_mean(speed[k]), 'memory': geometric_mean(memory[k]), 'least': min((r for r in speed[k] if r), default=None)} for k in others}
    if 'taipan' in kinds:
        form = lambda v: f'{v:.2f}x' if v else '-'
        rows.append(['geometric mean'] + [''] * len(kinds) + [form(means[k]['speed']) for k in others] + [''] * len(kinds) + [form(means[k]['memory']) for k in others])
    widths = [max(len(r[i]) for r in rows + [header]) for i in range(len(header))]
    lines = ['  '.join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))).rstrip() for row in [header] + rows]
    lines.insert(1, '-' * max(map(len, lines)))
    if 'taipan' in kinds:
        lines.insert(-1, lines[1])
    return '\n'.join(lines), means


def chart(results, kinds):
    """Horizontal bars: time relative to python3.11 (or to the first interpreter), logarithmic."""
    base = 'python3.11' if 'python3.11' in kinds else kinds[0]
    shown = [k for k in kinds if k != base]
    height, left, width = 14, 130, 560
    rows = []
    low, high = 0.02, 4.0
    x = lambda v: left + width * (math.log(min(max(v, low), high)) - math.log(low)) / (math.log(high) - math.log(low))
    y = 50
    for name, entries in results.items():
        reference = best(entries[base])
        rows.append(f'<text x="{left - 8}" y="{y + height * len(shown) / 2 + 4:.0f}" text-anchor="end">{name}</text>')
        for kind in shown:
            value = best(entries[kind])
            if value and reference:
                ratio = value / reference
                rows.append(f'<rect x="{left}" y="{y}" width="{x(ratio) - left:.1f}" height="{height - 2}" fill="{COLOURS.get(kind, "#888")}"/>'
                            f'<text x="{x(ratio) + 4:.1f}" y="{y + height - 4}" font-size="9">{ratio:.2f}</text>')
            y += height
        y += 6
    grid = ''.join(f'<line x1="{x(t):.1f}" y1="40" x2="{x(t):.1f}" y2="{y}" stroke="{"#444" if t == 1 else "#ddd"}"/><text x="{x(t):.1f}" y="36" text-anchor="middle" font-size="9">{t:g}</text>'
                   for t in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4))
    legend = ''.join(f'<rect x="{left + 150 * i}" y="8" width="10" height="10" fill="{COLOURS.get(k, "#888")}"/><text x="{left + 14 + 150 * i}" y="17">{k}</text>' for i, k in enumerate(shown))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 60}" height="{y + 20}" font-family="sans-serif" font-size="11">'
            f'<rect width="100%" height="100%" fill="white"/>{legend}<text x="{left + width}" y="17" text-anchor="end">time relative to {base} (shorter is faster)</text>'
            f'{grid}{"".join(rows)}</svg>\n')


def main():
    options = parse_arguments()
    commands = interpreters(options)
    available = sorted(f[:-3] for f in os.listdir(PROGRAMS) if f.endswith('.py'))
    names = options.names or available
    for name in names:
        if name not in available:
            sys.exit(f'compare: no program {name}; there are: {" ".join(available)}')
    results = collect(options, commands, names)
    text, means = table(results, list(commands))
    print(text)
    for name in names:
        if name == 'parallel_sum':
            for kind, entry in results[name].items():
                print(f'{kind}: {entry["line"]}')
    os.makedirs(options.out, exist_ok=True)
    report = {'date': datetime.datetime.now().isoformat(timespec='seconds'), 'machine': platform.machine(), 'cores': os.cpu_count(), 'repeats': options.repeats, 'time': 'cpu' if options.cpu else 'wall', 'taipan_args': options.args,
              'programs': results, 'means': means}
    with open(os.path.join(options.out, 'compare.json'), 'w', encoding='utf-8') as file:
        json.dump(report, file, indent=1)
    with open(os.path.join(options.out, 'compare.svg'), 'w', encoding='utf-8') as file:
        file.write(chart(results, list(commands)))
    print(f'written: {os.path.relpath(options.out)}/compare.json, compare.svg')
    reference = means.get('python3.11', {})
    if options.min_mean and (reference.get('speed') or 0) < options.min_mean or options.min_each and (reference.get('least') or 0) < options.min_each:
        sys.exit(1)
    sys.exit(1 if any(kinds.get('taipan', {}).get('error') for kinds in results.values()) else 0)


if __name__ == '__main__':
    main()
