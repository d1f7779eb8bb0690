# expect: stderr-full
"""An exception out of a chain of generators and a comprehension."""


def read(rows):
    for row in rows:
        yield row.split(':')


def parse(pairs):
    for key, value in pairs:
        yield key, int(value)


def load(rows):
    return {key: value for key, value in parse(read(rows))}


print(load(['a:1', 'b:2']))
print(load(['a:1', 'b:two', 'c:3']))
