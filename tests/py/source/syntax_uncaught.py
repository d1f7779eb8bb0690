# expect: stderr-full
"""A script that doesn't compile."""
print('never printed')


def good():
    return 1


def broken(a, b)
    return a + b


print(good())
