#!/usr/bin/env python3.11
"""Searches the models of concurrent marking, of its verdict and of the biased locks completely with spin, and checks that they fail where a part of the protocol is left out."""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


MODELS = {
    'marking': ('NO_DELETION_BARRIER', 'NO_BULK_LOG', 'NO_TRACED_NOW', 'NO_FLUSH'),
    'markers': ('NO_BUSY_COUNT', 'BUSY_LATE', 'ONE_TRACED_NOW'),
    'hints': ('NO_LOG', 'NO_HINTS'),
    'bias': ('NO_BARRIER', 'NO_WAIT', 'NO_SECOND_LOOK', 'NO_REVOKING', 'NO_PROMOTION', 'NO_BYTE_LOOK', 'NO_REGION_LOOK'),
    'bias -DTWO': ('NO_RETURN',),
    'biased_mutex': ('NO_BARRIER', 'NO_WAIT', 'NO_SECOND_LOOK', 'NO_TAKING', 'NO_RETURN', 'NO_NUMBERS', 'NO_STATE_LOOK',
                     'NO_OWNER_LOOK'),
}


def search(folder, model, *flags):
    """True if no state breaks the assertion."""
    model, *more = model.split()
    flags = [*more, *flags]
    subprocess.run(['spin', *flags, '-a', os.path.join(HERE, model + '.pml')], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(['cc', '-O2', '-w', '-DSAFETY', '-DCOLLAPSE', '-DMEMLIM=4000', '-o', 'pan', 'pan.c'], cwd=folder, check=True)
    out = subprocess.run(['./pan', '-m200000'], cwd=folder, stdout=subprocess.PIPE, text=True).stdout
    if 'errors: ' not in out or 'out of memory' in out or 'max search depth too small' in out:
        print(out)
        raise SystemExit('the search was not complete')
    return 'errors: 0' in out


def main():
    if not shutil.which('spin'):
        print('no spin here: skipped')
        return 77
    with tempfile.TemporaryDirectory() as folder:
        for model, parts in MODELS.items():
            if not search(folder, model):
                print(f'{model}: what must not happen can happen')
                return 1
            for flag in parts:
                if search(folder, model, '-D' + flag):
                    print(f'{model}: {flag} makes no difference to the model')
                    return 1
            print(f'{model}: holds, and each part of the protocol is needed')
    return 0


if __name__ == '__main__':
    sys.exit(main())
