"""Temporaries at their last use in a comparison are empty afterwards, whichever registers they are: calls that follow rely on it."""


def check(n):
    out = []
    for i in range(n):
        total = i * (i - 1) // 2
        assert total == (i * (i - 1)) // 2
        assert total + 0.0 == (i * (i - 1)) / 2
        assert (i + 1) * 2 != (i + 2) * 2
        assert i + 1 > i * 1
        if n - i == n - 1:
            out.append(max('a', str(i)))
    return out


print(check(5000))
size = 5000
for i in range(size):
    last = i * 3
last = (size // 2) * (size // 2 - 1) // 2
for i in range(size):
    pass
assert last == (size // 2) * (size // 2 - 1) // 2
print('x', last)
assert last * 1.5 == (size // 2) * (size // 2 - 1) / 2 * 1.5
print('y', last)
assert last < (size // 2) * (size // 2 - 1)
print('z', last)
