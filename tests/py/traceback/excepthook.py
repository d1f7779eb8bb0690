"""sys.excepthook, sys.last_*, unraisable hooks and a hook that fails."""
import sys
import traceback


def hook(kind, value, tb):
    print('hook got', kind.__name__, value, traceback.extract_tb(tb)[-1].name)


def unraisable(args):
    print('unraisable', type(args.exc_value).__name__, args.exc_value, args.err_msg, getattr(args.object, '__qualname__', args.object))


sys.unraisablehook = unraisable


class Bad:
    def __del__(self):
        raise ValueError('in __del__')


Bad()
x = Bad()
del x
print(sys.excepthook is sys.__excepthook__, sys.unraisablehook is sys.__unraisablehook__)
sys.unraisablehook = sys.__unraisablehook__
sys.excepthook = hook
out, sys.stderr = sys.stderr, sys.stdout
try:
    1 / 0
except ZeroDivisionError:
    sys.__excepthook__(*sys.exc_info())
    traceback.print_exc()
sys.stderr = out


def fail():
    raise RuntimeError('for the hook')


fail()
