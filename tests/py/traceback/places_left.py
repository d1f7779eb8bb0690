"""Where a frame stands after cleanup code has passed an exception on."""


def place(f):
    try:
        f()
    except Exception as e:
        tb = e.__traceback__
        while tb.tb_next:
            tb = tb.tb_next
        print(f.__name__, tb.tb_lineno - f.__code__.co_firstlineno, tb.tb_frame.f_lineno - f.__code__.co_firstlineno)


def finally_passes():
    try:
        1 / 0
    finally:
        pass


def finally_raises():
    try:
        1 / 0
    finally:
        1 / 0
        pass


def other_except():
    try:
        1 / 0
    except KeyError as e:
        pass


def named():
    try:
        1 / 0
    except Exception as e:
        1 / 0
        pass


def bare():
    try:
        1 / 0
    except:
        1 / 0
        pass


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        return False


def with_block():
    with Manager():
        1 / 0
        pass


for f in finally_passes, finally_raises, other_except, named, bare, with_block:
    place(f)
