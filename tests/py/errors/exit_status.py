"""An exit status beyond a byte is cut to one."""
import atexit
import sys

atexit.register(print, 'handlers still run')


def leave(code):
    try:
        sys.exit(code)
    except SystemExit as e:
        print('code', e.code)


for code in 0, 1, 255, 256, 300, -1, False, 1.5, '':
    leave(code)
try:
    raise SystemExit
except SystemExit as e:
    print(repr(e), e.code)
sys.exit(300 - 1)
