"""What the benchmarks' drivers share: their common arguments, the other interpreters that are here, and the environment all run in."""
import argparse
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def parser(doc, named, repeats=3, timeout=120.0):
    """A parser of what every driver takes; named: what its positional arguments choose."""
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument('names', nargs='*', help=f'{named} (default: all)')
    made.add_argument('--taipan', default=os.path.join(HERE, '..', 'build', 'release', 'taipan'))
    made.add_argument('-n', '--repeats', type=int, default=repeats)
    made.add_argument('--timeout', type=float, default=timeout)
    made.add_argument('--out', default=os.path.join(HERE, 'results'))
    return made


def others(names):
    """{name: [path]} of those that are here; Debian's own come before others on the path. Complains of the rest."""
    found = {}
    for name in filter(None, names):
        path = '/usr/bin/' + name if os.path.exists('/usr/bin/' + name) else shutil.which(name)
        if path:
            found[name] = [path]
        else:
            print(f'{os.path.basename(sys.argv[0])}: no {name} here', file=sys.stderr)
    return found


def environment():
    """Without what PYTHON... variables would change, and with the same hashes each time."""
    return {k: v for k, v in os.environ.items() if not k.startswith('PYTHON')} | {'PYTHONHASHSEED': '0'}
