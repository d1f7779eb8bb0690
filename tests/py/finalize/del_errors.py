"""Errors inside __del__ are reported and forgotten."""
import sys

seen = []
sys.unraisablehook = lambda u: seen.append((type(u.exc_value).__name__, str(u.exc_value), u.err_msg, u.object.__qualname__))


class Bad:
    def __del__(self):
        raise KeyError('lost')


class BadArgs:
    def __del__(self, extra):
        pass


class NotCallable:
    __del__ = 5


class Raises:
    def __del__(self):
        try:
            1 / 0
        except ZeroDivisionError:
            pass
        self.missing


Bad()
BadArgs()
try:
    NotCallable()
except Exception as e:
    print('unexpected', e)
Raises()
try:
    Bad()
    raise ValueError('kept')
except ValueError as e:
    print(e, e.__context__)
try:
    raise ValueError('outer')
except ValueError:
    Bad()
    print(sys.exc_info()[0].__name__)
for line in seen:
    print(line)
seen.clear()


def gen():
    try:
        yield
    finally:
        raise OSError('in generator close')


g = gen()
next(g)
del g
print([s[:2] for s in seen])


class Late:
    def __init__(self):
        self.__del__ = lambda: print('instance __del__ is not used')


Late()


class Super:
    def __del__(self):
        print('Super del')


class Sub(Super):
    def __del__(self):
        print('Sub del')
        super().__del__()


Sub()
del Super.__del__
try:
    Sub()
except AttributeError:
    pass
print(len(seen))
sys.unraisablehook = sys.__unraisablehook__
Bad()
