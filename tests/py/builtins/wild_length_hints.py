"""Iterables that say they are very long: lists take their word for it, and run out of memory at once instead of item by item."""


class Hint:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return iter([1, 2])

    def __length_hint__(self):
        return self.n


def show(name, f):
    try:
        print(name, f())
    except (MemoryError, OverflowError, ValueError, TypeError) as e:
        print(name, type(e).__name__, e)


N = 1 << 60
for n in (0, 5, N, (1 << 63) - 1):
    show(f'list {n}', lambda: list(Hint(n)))
    show(f'tuple {n}', lambda: tuple(Hint(n)))
    show(f'extend {n}', lambda: [0].extend(Hint(n)))
    show(f'star {n}', lambda: [0, *Hint(n)])
    show(f'slice {n}', lambda: [0].__setitem__(slice(0, 0), Hint(n)))
    show(f'sorted {n}', lambda: sorted(Hint(n)))
    show(f'bytes {n}', lambda: bytes(Hint(n)))
    show(f'bytearray {n}', lambda: bytearray(Hint(n)))
show('range', lambda: [*range(N)])
show('range bytes', lambda: bytes(range(N)))
show('range bytearray', lambda: bytearray(range(N)))
show('long range', lambda: list(range(1 << 70)))
show('negative', lambda: list(Hint(-1)))
show('wrong', lambda: list(Hint('x')))
