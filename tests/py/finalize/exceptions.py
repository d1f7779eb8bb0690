"""What exceptions keep alive, and for how long."""


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print('del', self.name)


def fail():
    n = Noisy('local of fail')
    raise ValueError('x')


try:
    fail()
except ValueError as e:
    print('handling')
print('handled')
saved = None
try:
    fail()
except ValueError as e:
    saved = e
print('kept by traceback')
saved = None
print('released')


def swallow():
    n = Noisy('outer local')
    try:
        fail()
    except ValueError:
        print('swallowed')
    print('after except')


swallow()


class Error(Exception):
    def __del__(self):
        print('del exception')


try:
    raise Error
except Error:
    print('in handler')
print('after handler')
try:
    try:
        raise Error
    finally:
        print('finally')
except Error as e:
    pass
print('next')


def gen():
    try:
        n = Noisy('generator local')
        yield 1
    finally:
        print('generator finally')


for x in gen():
    break
print('after break')


class Manager:
    def __enter__(self):
        return Noisy('entered')

    def __exit__(self, *args):
        print('exit', args[0])
        return True


with Manager() as m:
    raise Error
print('after with')
del m
print('deleted m')
try:
    [Noisy(str(i)) for i in (1, 2, 3) if i < 3 or 1 / 0]
except ZeroDivisionError:
    print('comprehension failed')
print('end')
fail()
