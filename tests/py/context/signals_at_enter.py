# What a signal's handler raises when __enter__ has done its work comes in the body of the with statement, so that __exit__ runs.
import _thread, functools, signal


class Hit(Exception):
    pass


def hit(signum, frame):
    raise Hit


class Context:
    __enter__ = functools.partial(_thread.interrupt_main, signal.SIGUSR1)

    def __exit__(self, kind, value, tb):
        left.append(kind)


def enter(c):
    with c:
        for i in range(1000):
            pass
        return 'not hit'


left = []
signal.signal(signal.SIGUSR1, hit)
for i in range(300):
    try:
        print(enter(Context()))
    except Hit:
        pass
print(len(left), set(left))
