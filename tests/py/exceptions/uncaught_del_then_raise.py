"""An error in __del__ is reported first, then the uncaught exception ends the script."""


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        raise RuntimeError(f'del of {self.name}')


def work():
    a = Noisy('a')
    b = Noisy('b')
    print('working')
    del a
    return b.missing


try:
    work()
except AttributeError as e:
    print('caught', e)
    e = None
x = Noisy('x')
del x
print('end')
raise LookupError('the last one')
