"""argparse: positionals, options, types, subcommands, errors and help."""
import argparse
import io
import sys


def parser():
    p = argparse.ArgumentParser(prog='tool', description='A tool.', epilog='The end.')
    p.add_argument('path', help='where')
    p.add_argument('rest', nargs='*', type=int)
    p.add_argument('-v', '--verbose', action='count', default=0, help='more output')
    p.add_argument('-n', '--number', type=int, default=3, metavar='N', help='how many (default: %(default)s)')
    p.add_argument('--choice', choices=['red', 'green'])
    p.add_argument('--flag', action=argparse.BooleanOptionalAction, default=True)
    p.add_argument('--list', action='append')
    p.add_argument('--const', action='store_const', const='C')
    p.add_argument('--version', action='version', version='%(prog)s 1.0')
    return p


def run(p, args):
    out, err = io.StringIO(), io.StringIO()
    old = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, err
    try:
        result = p.parse_args(args)
    except SystemExit as e:
        result = f'exit {e.code}'
    except Exception as e:
        result = f'{type(e).__name__} {e}'
    finally:
        sys.stdout, sys.stderr = old
    print(args, '->', result)
    for stream in out, err:
        for line in stream.getvalue().splitlines():
            print('   ', line)


for args in (['p'], ['p', '1', '2'], ['-vv', '-n5', 'p'], ['p', '--number=7', '--list', 'a', '--list=b', '--no-flag'], ['--choice', 'red', 'p', '--const'], ['-vn', '4', 'p'], ['p', '--', '-1'], ['p', '-1'], [], ['p', 'x'], ['p', '--number', 'abc'], ['p', '--choice', 'blue'], ['p', '--nope'], ['p', '--ver'], ['p', '--n', '1'], ['p', '--number'], ['--version'], ['-h'], ['p', '--verbose=1'], ['p', '--l', 'x']):
    run(parser(), args)
sub = argparse.ArgumentParser(prog='git')
sub.add_argument('--debug', action='store_true')
commands = sub.add_subparsers(dest='command', required=True, title='commands')
add = commands.add_parser('add', help='add files', aliases=['a'])
add.add_argument('files', nargs='+')
log = commands.add_parser('log')
group = log.add_mutually_exclusive_group()
group.add_argument('--short', action='store_true')
group.add_argument('--long', action='store_true')
log.add_argument('--max', type=lambda s: int(s, 0))
for args in (['add', 'x', 'y'], ['a', 'z'], ['--debug', 'log', '--max', '0x10'], ['add'], [], ['push'], ['log', '--short', '--long'], ['log', '--max', 'q'], ['-h'], ['add', '-h']):
    run(sub, args)
p = argparse.ArgumentParser(prog='x', exit_on_error=False, allow_abbrev=False)
p.add_argument('--int', type=int)
run(p, ['--int', 'x'])
print(p.parse_known_args(['--int', '1', '--other', 'y']), vars(p.parse_args([], argparse.Namespace(a=1))), argparse.Namespace(b=2, a='x') == argparse.Namespace(a='x', b=2))
for bad in (lambda: p.add_argument('--int'), lambda: p.add_argument('a b', '-c'), lambda: p.add_argument('--y', nargs='x', action='store_true'), lambda: p.add_argument('--z', type=5), lambda: p.add_argument('--w', action='nope'), lambda: p.add_argument('q', required=True), lambda: p.add_argument('--r', nargs=0), lambda: p.add_subparsers() and p.add_subparsers()):
    try:
        bad()
        print('accepted')
    except BaseException as e:
        print(type(e).__name__, e)
p = argparse.ArgumentParser(prog='types', formatter_class=argparse.RawDescriptionHelpFormatter, description='raw\n  text')
p.add_argument('--file', type=argparse.FileType('r'))
p.add_argument('--pair', nargs=2, metavar=('A', 'B'))
p.add_argument('--opt', nargs='?', const='const', default='default')
p.add_argument('remainder', nargs=argparse.REMAINDER)
for args in (['--file', '/nonexistent/x'], ['--pair', '1'], ['--pair', '1', '2', '--opt'], ['cmd', '--pair', '-x'], ['-h']):
    run(p, args)
sys.argv = ['prog', 'one']
print(parser().parse_args())
parser().parse_args(['--bogus'])
