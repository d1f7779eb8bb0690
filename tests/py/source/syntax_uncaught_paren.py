# expect: stderr-full
"""A bracket that is never closed, reported where it was opened."""
print('never printed')
values = [1, 2, (3, 4), {
    'a': 5,
    'b': [6, 7],
print(values)


def f():
    return values
