# expect: stderr-full
"""The whole report of an uncaught exception with a chain of causes."""


class Store:
    def __init__(self):
        self.data = {}

    def fetch(self, key):
        try:
            return self.data[key]
        except KeyError as e:
            raise LookupError(f'no {key!r} in store') from e


def load(store, keys):
    return [store.fetch(key) for key in keys]


def report():
    store = Store()
    try:
        load(store, ['alpha', 'beta'])
    except LookupError:
        print('reporting')
        raise RuntimeError('cannot report\non two lines')


report()
