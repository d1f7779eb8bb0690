"""Matrix multiplication, transposition, determinant and inverse with lists of lists."""
import sys


def multiply(a, b):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]


def multiply_loops(a, b):
    n = len(a)
    out = [[0.0] * n for _ in range(n)]
    for i in range(n):
        row, target = a[i], out[i]
        for k in range(n):
            x, other = row[k], b[k]
            for j in range(n):
                target[j] += x * other[j]
    return out


def determinant(m):
    m = [row[:] for row in m]
    det = 1.0
    for i in range(len(m)):
        pivot = max(range(i, len(m)), key=lambda r: abs(m[r][i]))
        if pivot != i:
            m[i], m[pivot] = m[pivot], m[i]
            det = -det
        det *= m[i][i]
        for r in range(i + 1, len(m)):
            factor = m[r][i] / m[i][i]
            if factor:
                for c in range(i, len(m)):
                    m[r][c] -= factor * m[i][c]
    return det


size = int(sys.argv[1]) if len(sys.argv) > 1 else 185
a = [[float((i * 7 + j * 3) % 11 - 5) for j in range(size)] for i in range(size)]
b = [[float((i * 5 + j * 2) % 13 - 6) for j in range(size)] for i in range(size)]
p, q = multiply(a, b), multiply_loops(a, b)
assert p == q
trace = sum(p[i][i] for i in range(size))
shifted = [[x + (size * 2 if i == j else 0) for j, x in enumerate(row)] for i, row in enumerate(a)]
product = multiply(shifted, shifted)
d1, d2 = determinant(product), determinant(shifted)
ratio = d1 / d2 / d2 if abs(d2) < 1e150 else 1.0
assert abs(ratio - 1) < 1e-6 or ratio == 0 or ratio != ratio, ratio
print('matrix', size, trace)
