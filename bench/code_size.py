#!/usr/bin/env python3.11
"""Bytes of machine code per bytecode instruction: code_size.py INTERPRETER [PROGRAM...] (default: bench/py).

Every version of every function that the programs have compiled counts once, as `-X dump=asm` shows it. A simple bytecode moves, makes a
constant, jumps, tests, compares or computes: it makes no object and calls nothing. Its size is all that machine code has for it: the fast
path in line and, out of line, what is rare, entries and exits. Stubs, which all code shares, aren't counted.
"""
import collections
import os
import re
import subprocess
import sys

OPERATORS = 'ADD SUBTRACT MULTIPLY FLOOR_DIVIDE REMAINDER TRUE_DIVIDE AND OR XOR LSHIFT RSHIFT'.split()
ORDERS = 'LT LE EQ NE GT GE'.split()
SIMPLE = {*'NOP LOAD_CONST LOAD_INT MOVE CLEAR CHECK_LOCAL JUMP JUMP_BACK JUMP_IF_TRUE JUMP_IF_FALSE JUMP_IF_NONE '
          'JUMP_IF_NOT_NONE NOT NEGATIVE INVERT IS IS_NOT JUMP_IS'.split(),
          *OPERATORS, *(o + '_I' for o in OPERATORS),
          *ORDERS, *('JUMP_' + o for o in ORDERS), *('JUMP_' + o + '_I' for o in ORDERS)}
PARTS = {'-- entry from outside, out of line': 'entry', '-- out of line': 'rest', '-- to the handler': 'exit'}
counts = collections.Counter()
sizes = collections.defaultdict(collections.Counter)


def read(dump):
    op, part = None, 'stub'
    for line in dump.splitlines():
        if line.startswith('== stub'):
            part = 'stub'
        elif line.startswith('=='):
            op, part = 'call', 'thunk'
            counts[op] += 1
        elif line.startswith('calls arrive here'):
            op, part = 'call', 'thunk'
        elif m := re.match(r' +\d+: ([A-Z_]+)', line):
            op, part = m[1], 'in line'
            counts[op] += 1
        elif line.strip() in PARTS:
            part = PARTS[line.strip()]
        elif part != 'stub' and (m := re.match(r' +\+[0-9a-f]{4,} ([0-9a-f]+)', line)):
            sizes[op][part] += len(m[1]) // 2


def show(name, ops, of=None):
    n = of or sum(counts[o] for o in ops) or 1
    parts = sum((sizes[o] for o in ops), collections.Counter())
    print(f'{name:20} {n:6} {sum(parts.values()) / n:6.1f}  ',
          ' '.join(f'{p} {b / n:.1f}' for p, b in sorted(parts.items())))


interpreter, *programs = sys.argv[1:]
folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'py')
for program in programs or sorted(os.path.join(folder, f) for f in os.listdir(folder) if f.endswith('.py')):
    read(subprocess.run([interpreter, '-X', 'dump=asm', program], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                        text=True).stderr)
instructions = [o for o in counts if o != 'call']
for op in sorted(instructions, key=lambda o: -sum(sizes[o].values()))[:25]:
    show(op, [op])
show('thunks', ['call'])
show('simple', [o for o in instructions if o in SIMPLE])
show('all, with thunks', list(counts), of=sum(counts[o] for o in instructions))
