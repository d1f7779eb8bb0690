"""An __init__ that returns something has returned: the error is its caller's."""
import traceback


class Wrong:
    def __init__(self, value=5):
        return value

    def __del__(self):
        print('gone')


class Yields:
    def __init__(self):
        yield


class Made(Wrong):
    def __new__(cls):
        return super().__new__(cls)


class Meta(type):
    def __call__(cls, *args):
        return super().__call__(*args)


class ByMeta(metaclass=Meta):
    def __init__(self):
        return ()


def show(make, *args):
    try:
        make(*args)
    except TypeError as e:
        print(e, [(f.name, f.line) for f in traceback.extract_tb(e.__traceback__)])


def calls(cls):
    return [cls() for _ in range(1)]


for _ in range(3):
    show(Wrong)
    show(Wrong, 'x')
    show(calls, Wrong)
    show(Made)
    show(ByMeta)
    show(Yields)
    show(type.__call__, Wrong)
    show(map(Wrong, [1]).__next__)
    show(sorted, [1], 3)
