"""SystemExit in its forms, seen through its attributes; the last one ends the script."""
import sys


def show(f):
    try:
        f()
    except SystemExit as e:
        print('SystemExit', repr(e), e.code, e.args)
    except BaseException as e:
        print(type(e).__name__, e)


show(sys.exit)
show(lambda: sys.exit(None))
show(lambda: sys.exit(3))
show(lambda: sys.exit('message'))
show(lambda: sys.exit((1, 2)))
show(lambda: sys.exit([1]))
show(lambda: sys.exit(1, 2))
show(lambda: sys.exit(True))
show(exit)
show(lambda: quit(5))
print(repr(exit), repr(quit))


def raise_it(e):
    raise e


show(lambda: raise_it(SystemExit))
show(lambda: raise_it(SystemExit(1, 2)))
show(lambda: raise_it(KeyboardInterrupt('k')))
show(lambda: raise_it(GeneratorExit))
try:
    try:
        sys.exit(9)
    finally:
        print('cleanup')
except SystemExit as e:
    print(e.code)


class Noisy:
    def __del__(self):
        print('deleted at exit')


keep = Noisy()
import atexit

atexit.register(print, 'atexit one')
atexit.register(lambda: print('atexit two'))
sys.exit('the last words')
