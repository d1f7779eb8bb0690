# expect: stderr-full
"""An exception that passes through sort, map, a comprehension, a generator and a dict's missing hook."""


class Table(dict):
    def __missing__(self, key):
        return self.load(key)

    def load(self, key):
        raise LookupError(f'cannot load {key!r}')


def rows(table, keys):
    for key in keys:
        yield table[key]


def report(table):
    ordered = sorted(['b', 'a'], key=lambda k: k)
    return [len(row) for row in map(str, rows(table, ordered))]


print(report(Table(a=1, b=[2, 3])))
print(report(Table(a=1)))
