#!/usr/bin/env python3.11
"""Runs Python programs under Taipan and under python3.11 and compares standard output, exit status and the last line of
standard error that isn't indented.

    run_py.py [options] INTERPRETER PATH...      PATH: a script, or a folder (searched at any depth)

A script runs in a private copy of its folder, with no input, a fixed environment and PYTHONHASHSEED=0. Comment lines at its
top change that:
    # args: ...            arguments of the script             # interpreter: ...   arguments of the interpreter
    # env: NAME=VALUE ...  environment variables               # stdin: TEXT        standard input, with \\n and \\t
    # expect: stderr-full  all of standard error is compared   # timeout: SECONDS   instead of --timeout
    # runner: no           passed over with --runner: it starts the interpreter again, or loads libraries of this machine
Folders named `support` hold what scripts import; they aren't run. What python3.11 answers is cached (--cache), keyed by the
contents of the script's folder. The exit status is 0 when everything passed.
"""
import argparse
import difflib
import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DIRECTIVE = re.compile(r'^# *(args|env|stdin|expect|interpreter|timeout|runner): *(.*)$')
MAX_OUTPUT = 16 << 20


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('interpreter')
    parser.add_argument('paths', nargs='+')
    parser.add_argument('--reference', default='/usr/bin/python3.11')
    parser.add_argument('--args', default='', help='arguments for the tested interpreter, such as "-X jit=off"')
    parser.add_argument('--runner', default='', help='command put before the tested interpreter, such as qemu')
    parser.add_argument('--jobs', type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument('--timeout', type=float, default=30.0)
    parser.add_argument('--slow', type=float, default=1.0, help='multiply every timeout of the tested interpreter')
    parser.add_argument('--cache', default=os.path.join(ROOT, 'build', 'py-expected'))
    parser.add_argument('--match', default='', help='only scripts whose path matches this regular expression')
    parser.add_argument('--lines', type=int, default=14, help='lines of difference shown per failure')
    parser.add_argument('--check-reference', action='store_true',
                        help='only check that python3.11 itself answers alike with two hash seeds')
    return parser.parse_args()


def directives(path):
    found = {}
    with open(path, encoding='utf-8', errors='replace') as file:
        for line in file:
            if not line.startswith('#'):
                break
            match = DIRECTIVE.match(line.rstrip('\n'))
            if match:
                found[match[1]] = match[2]
    return found


def last_line(text):
    lines = [line for line in text.rstrip().split('\n') if line and not line[0].isspace()]
    return lines[-1] if lines else ''


def kill_session(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def run(command, path, seed, timeout):
    """Runs one script; a dictionary with its exit status (or 'timeout'), output and error text."""
    options = directives(path)
    work = tempfile.mkdtemp(prefix='taipan-py.')
    try:
        folder = os.path.join(work, 'scripts')
        shutil.copytree(os.path.dirname(path), folder, symlinks=True, ignore=shutil.ignore_patterns('__pycache__'))
        scratch = os.path.join(work, 'tmp')
        os.mkdir(scratch)
        environment = {key: value for key, value in os.environ.items() if not key.startswith(('PYTHON', 'TAIPAN'))}
        environment.update(LC_ALL='C.UTF-8', TZ='UTC', TERM='dumb', COLUMNS='80', PYTHONHASHSEED=str(seed), HOME=scratch,
                           TMPDIR=scratch, PYTHONDONTWRITEBYTECODE='1')
        for setting in shlex.split(options.get('env', '')):
            key, _, value = setting.partition('=')
            environment[key] = value
        argv = (command + shlex.split(options.get('interpreter', '')) + [os.path.basename(path)] +
                shlex.split(options.get('args', '')))
        text = options.get('stdin')
        with open(os.path.join(work, 'out'), 'w+b') as out, open(os.path.join(work, 'err'), 'w+b') as err, \
                tempfile.TemporaryFile() as given:
            if text is not None:
                given.write(text.replace('\\n', '\n').replace('\\t', '\t').encode())
                given.seek(0)
            process = subprocess.Popen(argv, cwd=folder, env=environment, stdout=out, stderr=err, start_new_session=True,
                                       stdin=subprocess.DEVNULL if text is None else given,
                                       preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
            try:
                status = process.wait(timeout)
            except subprocess.TimeoutExpired:
                status = 'timeout'
            finally:
                kill_session(process)
                process.wait()
            texts = []
            for stream in (out, err):
                stream.seek(0)
                data = stream.read(MAX_OUTPUT).replace(folder.encode(), b'@SCRIPTS').replace(work.encode(), b'@WORK')
                texts.append(data.decode('utf-8', 'backslashreplace'))
        return {'status': status, 'out': texts[0], 'err': texts[1]}
    finally:
        shutil.rmtree(work, ignore_errors=True)


class Expectations:
    """What the reference answers, cached by content."""

    def __init__(self, reference, cache):
        self.reference, self.cache = reference, cache
        self.version = subprocess.run([reference, '-VV'], capture_output=True).stdout
        self.folders, self.lock = {}, threading.Lock()
        os.makedirs(cache, exist_ok=True)

    def folder_digest(self, folder):
        with self.lock:
            if folder not in self.folders:
                digest = hashlib.sha256()
                for top, names, files in os.walk(folder):
                    names[:] = sorted(name for name in names if name != '__pycache__')
                    # Scripts of the folder itself don't import each other; what lies below it may be used by all.
                    if top == folder:
                        continue
                    for name in sorted(files):
                        full = os.path.join(top, name)
                        with open(full, 'rb') as file:
                            digest.update(os.path.relpath(full, folder).encode() + b'\0' + file.read())
                self.folders[folder] = digest.digest()
            return self.folders[folder]

    def get(self, path, timeout):
        with open(path, 'rb') as file:
            key = hashlib.sha256(self.version + self.folder_digest(os.path.dirname(path)) +
                                 os.path.basename(path).encode() + b'\0' + file.read()).hexdigest()
        cached = os.path.join(self.cache, key[:2], key + '.json')
        try:
            with open(cached, encoding='utf-8') as file:
                return json.load(file)
        except (OSError, ValueError):
            pass
        answer = run([self.reference], path, 0, timeout)
        if answer['status'] != 'timeout':
            os.makedirs(os.path.dirname(cached), exist_ok=True)
            draft = f'{cached}.{os.getpid()}.{threading.get_ident()}'
            with open(draft, 'w', encoding='utf-8') as file:
                json.dump(answer, file)
            os.replace(draft, cached)
        return answer


def describe(status):
    if isinstance(status, int) and status < 0:
        return f'killed by {signal.Signals(-status).name}'
    return str(status)


def compare(want, got, full_error, limit):
    """The list of lines that tell how got differs from want."""
    report = []
    if want['status'] != got['status']:
        report.append(f'    exit status: want {describe(want["status"])}, got {describe(got["status"])}; '
                      f'stderr ends: {last_line(got["err"])[:300]}')
    if want['out'] != got['out']:
        difference = list(difflib.unified_diff(want['out'].splitlines(), got['out'].splitlines(), 'want', 'got', 'want', 'got', 1, ''))
        report += ['    ' + line[:300] for line in difference[2:2 + limit]]
        if not difference:
            report.append('    stdout differs in its line ends')
    if full_error:
        if want['err'] != got['err']:
            difference = difflib.unified_diff(want['err'].splitlines(), got['err'].splitlines(), 'want', 'got', '', '', 1, '')
            report += ['    stderr ' + line[:300] for line in list(difference)[2:2 + limit]]
    elif last_line(want['err']) != last_line(got['err']):
        report.append(f'    stderr: want {last_line(want["err"])[:300]!r}')
        report.append(f'             got {last_line(got["err"])[:300]!r}')
    return report


def main():
    options = parse_arguments()
    scripts = []
    for path in map(os.path.abspath, options.paths):
        if os.path.isdir(path):
            for top, names, files in os.walk(path):
                names[:] = sorted(name for name in names if name not in ('support', '__pycache__'))
                scripts += [os.path.join(top, name) for name in sorted(files) if name.endswith('.py')]
        else:
            scripts.append(path)
    scripts = [path for path in scripts if re.search(options.match, path)]
    if options.runner:
        scripts = [path for path in scripts if directives(path).get('runner') != 'no']
    expectations = Expectations(options.reference, options.cache)
    interpreter = os.path.abspath(options.interpreter) if os.path.sep in options.interpreter else options.interpreter
    command = shlex.split(options.runner) + [interpreter] + shlex.split(options.args)

    def one(path):
        begin = time.monotonic()
        own = directives(path)
        timeout = float(own.get('timeout', options.timeout))
        want = expectations.get(path, timeout * 2)
        if want['status'] == 'timeout':
            report = ['    the reference runs out of time']
        elif options.check_reference:
            got = run([options.reference], path, 1, timeout)
            report = compare(want, got, own.get('expect') == 'stderr-full', options.lines)
        else:
            got = run(command, path, 0, timeout * options.slow)
            report = compare(want, got, own.get('expect') == 'stderr-full', options.lines)
        return path, report, time.monotonic() - begin

    sys.stdout.reconfigure(errors='backslashreplace')
    passed = failed = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for path, report, seconds in pool.map(one, scripts):
            if report:
                failed += 1
                report = [re.sub(r'[^\x20-\x7e\xa0-\ud7ff\ue000-\U0010ffff]', lambda m: ascii(m[0])[1:-1], line) for line in report]
                print(f'FAIL {os.path.relpath(path, ROOT)} ({seconds:.1f} s)', *report, sep='\n', flush=True)
            else:
                passed += 1
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
