# expect: stderr-full
"""A script with inconsistent indentation."""
print('never printed')


def f():
    if True:
        x = 1
      y = 2
    return x
