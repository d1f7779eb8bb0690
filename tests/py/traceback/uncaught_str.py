"""What is printed when an exception's own text can't be made."""
import sys
import traceback


class NoText(Exception):
    def __str__(self):
        raise ValueError('no text')


class WrongText(Exception):
    def __str__(self):
        return 5


class Module(Exception):
    pass


Module.__module__ = 'some.where'
Module.__qualname__ = 'Outer.Inner'


class NoModule(Exception):
    pass


NoModule.__module__ = None


def show(e):
    try:
        raise e
    except BaseException:
        traceback.print_exc(file=sys.stdout)


show(NoText())
show(WrongText())
show(Module('m'))
show(Module())
show(NoModule('n'))
show(Exception())
show(Exception(''))
show(Exception('two\nlines'))
show(Exception(1, 2))
show(KeyError('key'))
show(KeyError('a', 'b'))
show(OSError(2, 'text', 'file'))
show(OSError(2, 'text', 'file', None, 'other'))
show(StopIteration(5))
show(SystemExit(3))
show(AssertionError())
show(UnicodeDecodeError('utf-8', b'x', 0, 1, 'why'))
show(BaseExceptionGroup('g', [SystemExit(1)]))
raise Module('the end')
