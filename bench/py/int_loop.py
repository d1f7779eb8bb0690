"""Integer arithmetic in nested loops: collatz lengths."""
import sys


def longest(limit):
    best = best_start = 0
    for start in range(1, limit):
        n, length = start, 1
        while n != 1:
            if n & 1:
                n = 3 * n + 1
            else:
                n >>= 1
            length += 1
        if length > best:
            best, best_start = length, start
    return best_start, best


size = int(sys.argv[1]) if len(sys.argv) > 1 else 180_000
start, length = longest(size)
expected = {180_000: (156159, 383), 1000: (871, 179)}
assert expected.get(size, (start, length)) == (start, length), (start, length)
print('int_loop', size, start, length)
