"""What runs at exit, in which order: atexit handlers, then what modules hold."""
import atexit


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print('del', self.name)


one = Noisy('module global')
_private = Noisy('private global')


def handler(n):
    print('atexit', n, one.name)


atexit.register(handler, 1)
atexit.register(handler, 2)
atexit.register(handler, n=3)


@atexit.register
def decorated():
    print('decorated handler')


atexit.unregister(decorated)


def failing():
    raise ValueError('handler failed')


atexit.register(failing)


def gen():
    try:
        yield
    finally:
        print('generator at exit')


g = gen()
next(g)
print('end of script', atexit._ncallbacks())
