# expect: stderr-full
"""Exceptions in __exit__ while another one is on its way, and in __enter__."""


class Resource:
    def __init__(self, name, fail=False):
        self.name, self.fail = name, fail

    def __enter__(self):
        print('open', self.name)
        return self

    def __exit__(self, kind, value, tb):
        print('close', self.name, kind and kind.__name__)
        if self.fail:
            raise OSError(f'closing {self.name} failed')
        return False


def work():
    with Resource('one'), Resource('two', fail=True) as two:
        with Resource('three'):
            return two.missing


print('begin')
work()
