"""Runs the stress suite: every scenario in a process of its own, in both modes, with 2 to 8 threads.
    python3 run.py INTERPRETER [--gil 0,1] [--seconds 1] [--seed 1] [--threads 2,4] [--only a,b] [--perturb SEED]
A crash, a hang or a broken invariant is a failure."""
import argparse
import os
import random
import re
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument('interpreter')
parser.add_argument('--gil', default='1,0')
parser.add_argument('--seconds', type=float, default=1)
parser.add_argument('--seed', type=int, default=1)
parser.add_argument('--threads', default='2,4')
parser.add_argument('--only', default='')
parser.add_argument('--timeout', type=float, default=120)
parser.add_argument('--perturb', type=int, help='seed of -X perturb')
parser.add_argument('--args', default='', help='further arguments of the interpreter, such as "-X jit-threshold=0"')
parser.add_argument('--most', type=float, default=0, help='stop after that many seconds; another part of the scenarios with each seed')
options = parser.parse_args()
here = os.path.dirname(os.path.abspath(__file__))
script = os.path.join(here, 'scenarios.py')
names = []
for file in ('scenarios.py', 'scenarios_changes.py', 'scenarios_collector.py', 'scenarios_library.py', 'scenarios_types.py', 'scenarios_modules.py', 'scenarios_objects.py'):
    with open(os.path.join(here, file)) as f:
        names += re.findall(r"^(?:@scenario\ndef |(?:type|object)_scenario\(')(\w+)", f.read(), re.M)
if options.only:
    names = options.only.split(',')
failed, begin = 0, time.monotonic()
if options.most:
    random.Random(options.seed).shuffle(names)
for gil in options.gil.split(','):
    for threads in options.threads.split(','):
        for name in names:
            if options.most and time.monotonic() - begin > options.most:
                continue
            perturb = [] if options.perturb is None else ['-X', f'perturb={options.perturb}']
            command = [options.interpreter, '-X', 'gil=' + gil, *perturb, *options.args.split(), script, name, threads, str(options.seconds), str(options.seed)]
            try:
                r = subprocess.run(command, capture_output=True, text=True, timeout=options.timeout, errors='replace')
                at = r.stderr.find('Sanitizer:')  # a report begins with what matters
                error = r.stderr[at:at + 6000] if at >= 0 else r.stderr[-3000:]
                ok, text = r.returncode == 0, f'status {r.returncode}\n' + r.stdout[-500:] + error
            except subprocess.TimeoutExpired:
                ok, text = False, 'hangs'
            if not ok:
                failed += 1
                print(f'FAIL gil={gil} threads={threads} seed={options.seed} {name}: {text}', flush=True)
print('all passed' if not failed else f'{failed} failed')
sys.exit(failed != 0)
