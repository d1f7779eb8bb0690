# expect: stderr-full
"""A failing assertion with a message that spans lines of its own."""


def check(values):
    for i, value in enumerate(values):
        assert isinstance(value, int) and \
            value >= 0, \
            f'item {i} is {value!r}\nexpected a natural number'
    return len(values)


print(check([1, 2, 3]))
print(check((4, 5, -6)))
