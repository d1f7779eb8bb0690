"""KeyboardInterrupt raised by hand ends the process as the signal would."""
import atexit

atexit.register(print, 'atexit ran')


def work():
    try:
        raise KeyboardInterrupt
    finally:
        print('cleaned up')


try:
    work()
except KeyboardInterrupt as e:
    print('caught once', repr(e), isinstance(e, Exception))
work()
