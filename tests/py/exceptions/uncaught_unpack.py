# expect: stderr-full
"""Too few values in a for loop over the items of a nested structure."""

data = {'first': [(1, 2, 3), (4, 5, 6)], 'second': [(7, 8)]}


def walk(groups):
    total = 0
    for name, rows in groups.items():
        for a, b, c in rows:
            total += a * b * c
        print(name, total)
    return total


walk(data)
