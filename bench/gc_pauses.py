#!/usr/bin/env python3.11
"""What the cycle collectors of taipan (both GIL modes), python3.11 and pypy3 cost a program: how long they hold it up, and how fast it goes.

    gc_pauses.py [--taipan PATH] [--args "-X gc=stw"] [--others python3.11,pypy3] [--live N] [-n REPEATS] [--out DIR] [WORKLOAD...]

The heap holds two million containers that live (instances, lists and dicts, linked across) unless a workload says otherwise. Workloads:
    alloc     one thread makes cyclic garbage
    tick      the same, and a second thread that only looks at the clock
    two       two threads make cyclic garbage
    recursion cyclic garbage made at the bottom of a deep recursion
    traverse  the live heap is walked, with a little garbage made on the way
    cycles    nothing lives: how fast cycles are made and found dead
A gap is the time between two looks at the clock, one after each round (four containers in two cycles) or tick; what the machine's other
programs take shows in it too, so each workload also tells the longest gap in the thread's own processor time. Of several repeats the one
with the smallest longest gap counts. Printed as a table; written as JSON and as an SVG histogram.
"""
import argparse
import datetime
import json
import os
import platform
import shlex
import subprocess
import sys
import threading
import time

import drivers

HERE = os.path.dirname(os.path.abspath(__file__))
COLOURS = {'taipan': '#2a7f62', 'taipan gil=0': '#7fbf9f', 'python3.11': '#3b6ea5', 'pypy3': '#c46a2b'}
WORKLOADS = ['alloc', 'tick', 'two', 'recursion', 'traverse', 'cycles']


# ---- the workloads: run by the interpreter under test ----

class Node:
    def __init__(self, other):
        self.other = other
        self.items = None


def make_live(n):
    live = []
    first = Node(None)
    last = first
    for i in range(n // 4):
        node = Node(last)
        pair = [node, last]
        table = {'node': node, 'pair': pair}
        node.items = table
        live.append([node, live[i // 2] if live else None])  # a link across
        last = node
    first.other = last
    return live


class Gaps:
    """Gaps in nanoseconds: a histogram with 16 steps to each power of two, and the longest."""

    def __init__(self):
        self.steps = [0] * 1024
        self.longest = 0
        self.longest_cpu = 0

    def add(self, ns):
        if ns > self.longest:
            self.longest = ns
        if ns < 16:
            self.steps[ns if ns > 0 else 0] += 1
        else:
            b = ns.bit_length()
            self.steps[(b - 4) * 16 + ((ns >> (b - 5)) & 15)] += 1

    @staticmethod
    def value(step):
        if step < 32:
            return step
        b = step // 16 + 4
        return (16 + step % 16) << (b - 5)

    def percentile(self, share):
        total = sum(self.steps)
        seen = 0
        for i, n in enumerate(self.steps):
            seen += n
            if n and seen >= share * total:
                return self.value(i)
        return 0

    def report(self):
        merged = {}
        for i, n in enumerate(self.steps):
            if n:
                b = max(self.value(i), 1).bit_length()
                merged[b] = merged.get(b, 0) + n
        return {'longest_ms': self.longest / 1e6, 'longest_cpu_ms': self.longest_cpu / 1e6,
                'p999_ms': self.percentile(0.999) / 1e6, 'p50_us': self.percentile(0.5) / 1e3,
                'powers': sorted(merged.items())}


def garbage_loop(gaps, rounds):
    """Each round makes four containers in two cycles. Half of the rounds' containers live on for a while, and die old."""
    clock = time.perf_counter_ns
    cpu = time.thread_time_ns
    add = gaps.add
    short = 0
    longest_cpu = 0
    window = [None] * 50000
    at = 0
    last = clock()
    last_cpu = cpu()
    for i in range(rounds):
        a = Node(None)
        b = [a]
        a.other = b
        c = {'a': None}
        d = [c, b]
        c['a'] = d
        if i & 1:
            window[at] = d
            at += 1
            if at == 50000:
                at = 0
        now = clock()
        gap = now - last
        last = now
        if gap < 20000:
            short += 1
        else:
            add(gap)
            now_cpu = cpu()
            if gap > 500000:
                longest_cpu = max(longest_cpu, min(gap, now_cpu - last_cpu))
            last_cpu = now_cpu
            last = clock()
        if not i & 255:
            last_cpu = cpu()
            last = clock()
    gaps.steps[16 * 6] += short  # about a microsecond
    gaps.longest_cpu = longest_cpu


def tick_loop(gaps, stop):
    clock = time.perf_counter_ns
    last = clock()
    while not stop.is_set():
        time.sleep(0.0005)
        now = clock()
        gaps.add(max(now - last - 500000, 0))
        last = now


def down(depth, f):
    if depth:
        return down(depth - 1, f)
    return f()


def work(name, live_count, rounds):
    sys.setswitchinterval(0.0005)
    sys.setrecursionlimit(20000)
    result = {}
    live = make_live(0 if name == 'cycles' else live_count)
    start = time.perf_counter()
    start_cpu = time.process_time()
    gaps = Gaps()
    if name == 'alloc' or name == 'cycles':
        garbage_loop(gaps, rounds)
    elif name == 'tick':
        stop = threading.Event()
        ticks = Gaps()
        t = threading.Thread(target=tick_loop, args=(ticks, stop))
        t.start()
        garbage_loop(gaps, rounds)
        stop.set()
        t.join()
        result['tick'] = ticks.report()
    elif name == 'two':
        others = Gaps()
        t = threading.Thread(target=garbage_loop, args=(others, rounds // 2))
        t.start()
        garbage_loop(gaps, rounds // 2)
        t.join()
        result['other'] = others.report()
    elif name == 'recursion':
        down(5000, lambda: garbage_loop(gaps, rounds))
    elif name == 'traverse':
        clock = time.perf_counter_ns
        last = clock()
        turns = rounds // 500000 + 1
        for turn in range(turns):
            for i, (node, link) in enumerate(live):
                if node.items['node'] is not node or node.items['pair'][0] is not node:
                    raise SystemExit('the heap is damaged')
                if i % 8 == 0:
                    x = [node]
                    x.append(x)
                now = clock()
                if now - last > 20000:
                    gaps.add(now - last)
                last = now
        rounds = turns * len(live)
    seconds = time.perf_counter() - start
    result['cpu_seconds'] = time.process_time() - start_cpu
    for node, link in live:
        if node.items['pair'][0] is not node:
            raise SystemExit('the heap is damaged')
    result.update(seconds=seconds, rounds_per_second=rounds / seconds, alloc=gaps.report())
    with open('/proc/self/status') as f:
        for line in f:
            if line.startswith('VmHWM'):
                result['peak_mb'] = int(line.split()[1]) / 1024
    print(json.dumps(result))
    sys.stdout.flush()
    if not os.environ.get("GC_PAUSES_EXIT"):
        os._exit(0)
    live.clear()


# ---- the driver ----

def interpreters(options):
    found = {}
    taipan = os.path.abspath(options.taipan)
    if os.path.exists(taipan):
        extra = shlex.split(options.args)
        found['taipan'] = [taipan, '-X', 'gil=1'] + extra
        found['taipan gil=0'] = [taipan, '-X', 'gil=0'] + extra
    return found | drivers.others(options.others.split(','))


def run(command, workload, options):
    command = command + [os.path.abspath(__file__), '--work', workload, '--live', str(options.live), '--rounds', str(options.rounds)]
    try:
        done = subprocess.run(command, env=drivers.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=options.timeout)
    except subprocess.TimeoutExpired:
        return {'failed': f'more than {options.timeout} s'}
    if done.returncode != 0:
        return {'failed': f'status {done.returncode}: ' + done.stderr.decode(errors='replace')[-200:]}
    return json.loads(done.stdout)


def draw(results, path):
    """One panel a workload: how many gaps of each power of two, both axes logarithmic."""
    import math
    panels = [(w, part) for w in results for part in ('alloc', 'tick', 'other')
              if any(part in r for r in results[w].values())]
    width, height, columns = 380, 220, 2
    rows = (len(panels) + columns - 1) // columns
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * columns}" height="{height * rows + 40}" font-family="sans-serif" font-size="11">',
           '<rect width="100%" height="100%" fill="white"/>']
    for i, name in enumerate(COLOURS):
        out.append(f'<rect x="{20 + i * 130}" y="12" width="12" height="12" fill="{COLOURS[name]}"/><text x="{36 + i * 130}" y="22">{name}</text>')
    for i, (workload, part) in enumerate(panels):
        x0, y0 = (i % columns) * width + 45, (i // columns) * height + 50
        w, h = width - 65, height - 60
        out.append(f'<text x="{x0}" y="{y0 - 4}" font-weight="bold">{workload}: {part}</text>')
        out.append(f'<path d="M{x0} {y0}V{y0 + h}H{x0 + w}" fill="none" stroke="black"/>')
        for power, label in ((10, '1 us'), (20, '1 ms'), (23, '8 ms'), (27, '134 ms')):
            x = x0 + w * (power - 7) / 24
            out.append(f'<path d="M{x:.0f} {y0}V{y0 + h}" stroke="#ddd"/><text x="{x:.0f}" y="{y0 + h + 13}" text-anchor="middle">{label}</text>')
        for name, r in results[workload].items():
            if part not in r or name not in COLOURS:
                continue
            points = []
            for power, n in r[part]['powers']:
                x = x0 + w * (min(max(power, 7), 31) - 7) / 24
                y = y0 + h - h * min(math.log10(n) + 0.3, 7) / 7
                points.append(f'{x:.1f},{y:.1f}')
            out.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"/>')
            x, y = points[-1].split(',')
            out.append(f'<circle cx="{x}" cy="{y}" r="3" fill="{COLOURS[name]}"/>')
    out.append('</svg>')
    with open(path, 'w') as f:
        f.write('\n'.join(out) + '\n')


def main():
    parser = drivers.parser(__doc__, 'workloads', repeats=1, timeout=300.0)
    parser.add_argument('--args', default='', help='arguments for taipan')
    parser.add_argument('--others', default='python3.11,pypy3')
    parser.add_argument('--live', type=int, default=2000000)
    parser.add_argument('--rounds', type=int, default=1000000)
    parser.add_argument('--work', help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work, options.live, options.rounds)
        return
    results = {}
    print(f'{"":10} {"":13} {"longest":>9} {"cpu":>9} {"99.9 %":>9} {"tick/2nd":>9} {"99.9 %":>9} {"rounds/s":>9} {"cpu s":>7} {"peak":>7}')
    print(f'{"workload":10} {"":13} {"ms":>9} {"ms":>9} {"ms":>9} {"ms":>9} {"ms":>9} {"":>9} {"":>7} {"MB":>7}')
    for workload in options.names or WORKLOADS:
        results[workload] = {}
        for name, command in interpreters(options).items():
            best = None
            for _ in range(options.repeats):
                r = run(command, workload, options)
                if best is None or 'failed' in best or ('alloc' in r and r['alloc']['longest_ms'] < best['alloc']['longest_ms']):
                    best = r
            results[workload][name] = best
            if 'failed' in best:
                print(f'{workload:10} {name:13} {best["failed"]}')
                continue
            a = best['alloc']
            t = best.get('tick') or best.get('other')
            second = f'{t["longest_ms"]:9.2f} {t["p999_ms"]:9.3f}' if t else f'{"":9} {"":9}'
            print(f'{workload:10} {name:13} {a["longest_ms"]:9.2f} {a["longest_cpu_ms"]:9.2f} {a["p999_ms"]:9.3f} {second} '
                  f'{best["rounds_per_second"]:9.0f} {best["cpu_seconds"]:7.2f} {best["peak_mb"]:7.0f}', flush=True)
    os.makedirs(options.out, exist_ok=True)
    base = os.path.join(options.out, 'gc_pauses')
    report = {'date': datetime.date.today().isoformat(), 'machine': platform.platform(), 'processors': os.cpu_count(),
              'live': options.live, 'rounds': options.rounds, 'taipan_args': options.args, 'results': results}
    with open(base + '.json', 'w') as f:
        json.dump(report, f, indent=1)
    draw(results, base + '.svg')
    print(f'{base}.json, {base}.svg')


if __name__ == '__main__':
    main()
