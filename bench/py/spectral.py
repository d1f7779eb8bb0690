"""Function calls on floats and list comprehensions: the spectral norm of an infinite matrix."""
import sys


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(v):
    return [sum(element(i, j) * x for j, x in enumerate(v)) for i in range(len(v))]


def times_transposed(v):
    return [sum(element(j, i) * x for j, x in enumerate(v)) for i in range(len(v))]


size = int(sys.argv[1]) if len(sys.argv) > 1 else 420
u = [1.0] * size
for _ in range(10):
    v = times_transposed(times(u))
    u = times_transposed(times(v))
uv = sum(a * b for a, b in zip(u, v))
vv = sum(b * b for b in v)
norm = (uv / vv) ** 0.5
assert abs(norm - 1.274224) < 1e-4 or size < 100, norm
print(f'spectral {size} {norm:.9f}')
