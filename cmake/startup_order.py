#!/usr/bin/env python3
"""Writes cmake/startup_order.txt: the functions that starting up runs, for the linker to put side by side.

    python3 cmake/startup_order.py build/release/taipan

Needs valgrind. To be run again when start-up has changed much; an old list only does less.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAMS = ('pass', 'import json, re, argparse')


def functions_run(binary, program, folder):
    out = folder / 'callgrind.out'
    subprocess.run(['valgrind', '--tool=callgrind', '--demangle=no', f'--callgrind-out-file={out}', binary, '-c', program],
                   check=True, stderr=subprocess.DEVNULL)
    for name in re.findall(r"^c?fn=\(\d+\) (\S+)", out.read_text(), re.M):
        yield name.partition("'")[0]


def main():
    built = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in ('taipan.boot', 'lib'):
            (folder / part).symlink_to(built.parent / part)
        binary = folder / 'taipan'
        subprocess.run(['strip', '-g', '-o', binary, built], check=True)  # valgrind does not read all of its debug information
        names = {}
        for program in PROGRAMS:
            names.update(dict.fromkeys(functions_run(binary, program, folder)))
        defined = {line.split()[-1] for line in subprocess.check_output(['nm', '--defined-only', binary], text=True).splitlines()
                   if line.split()[-2] in 'tTwW'}
    target = pathlib.Path(__file__).with_name('startup_order.txt')
    target.write_text('# Functions that start-up runs. Written by startup_order.py.\n' +
                      ''.join(f'{n}\n' for n in names if n in defined))
    print(f'{target}: {len(names)} functions')


if __name__ == '__main__':
    main()
