"""A matrix class: operators, slices, iteration, determinants with exact fractions of ints, errors."""


class ShapeError(ValueError):
    pass


class Matrix:
    def __init__(self, rows):
        self.rows = [list(r) for r in rows]
        if len({len(r) for r in self.rows}) > 1:
            raise ShapeError(f'ragged rows: {[len(r) for r in self.rows]}')

    @classmethod
    def identity(cls, n):
        return cls([int(i == j) for j in range(n)] for i in range(n))

    @property
    def shape(self):
        return len(self.rows), len(self.rows[0]) if self.rows else 0

    @property
    def T(self):
        return Matrix(zip(*self.rows))

    def __getitem__(self, key):
        match key:
            case int() as i:
                return self.rows[i]
            case (int() as i, int() as j):
                return self.rows[i][j]
            case (slice() as a, slice() as b):
                return Matrix(r[b] for r in self.rows[a])
            case (slice() as a, int() as j):
                return [r[j] for r in self.rows[a]]
            case _:
                raise TypeError(f'bad index {key!r}')

    def __setitem__(self, key, value):
        i, j = key
        self.rows[i][j] = value

    def __matmul__(self, o):
        if self.shape[1] != o.shape[0]:
            raise ShapeError(f'{self.shape} @ {o.shape}')
        return Matrix([sum(a * b for a, b in zip(r, c)) for c in zip(*o.rows)] for r in self.rows)

    def __add__(self, o):
        if not isinstance(o, Matrix):
            return NotImplemented
        if self.shape != o.shape:
            raise ShapeError(f'{self.shape} + {o.shape}')
        return Matrix([a + b for a, b in zip(r, s)] for r, s in zip(self.rows, o.rows))

    def __rmul__(self, k):
        return Matrix([k * a for a in r] for r in self.rows)

    def __pow__(self, n):
        r = Matrix.identity(self.shape[0])
        base = self
        while n:
            if n & 1:
                r = r @ base
            base = base @ base
            n >>= 1
        return r

    def __iter__(self):
        for r in self.rows:
            yield from r

    def __eq__(self, o):
        return isinstance(o, Matrix) and self.rows == o.rows

    def det(self):
        """Bareiss: exact for integers."""
        m, sign, previous = [r[:] for r in self.rows], 1, 1
        n = len(m)
        if self.shape != (n, n):
            raise ShapeError(f'{self.shape} is not square')
        for k in range(n - 1):
            if m[k][k] == 0:
                for i in range(k + 1, n):
                    if m[i][k]:
                        m[k], m[i], sign = m[i], m[k], -sign
                        break
                else:
                    return 0
            for i in range(k + 1, n):
                for j in range(k + 1, n):
                    m[i][j] = (m[i][j] * m[k][k] - m[i][k] * m[k][j]) // previous
            previous = m[k][k]
        return sign * m[-1][-1] if n else 1

    def __str__(self):
        w = max((len(str(a)) for a in self), default=0)
        return '\n'.join('[' + ' '.join(f'{a:>{w}}' for a in r) + ']' for r in self.rows)


a = Matrix([[2, 1], [5, 3]])
fib = Matrix([[1, 1], [1, 0]])
print(a, a.T, a @ a.T, 3 * a + a, a.det(), (fib ** 200)[0, 1], a == Matrix([(2, 1), (5, 3)]), a != 5, sum(a), max(a), a[0], a[1, 0], a[:, 1], a[:1, 1:], sep='\n')
vander = Matrix([[x ** p for p in range(7)] for x in range(1, 8)])
print(vander.det(), Matrix([[0, 1], [1, 0]]).det(), Matrix([[1, 2], [2, 4]]).det(), Matrix([]).det(), Matrix.identity(5).det())
a[0, 1] = 10 ** 20
print(a, a.det())
for f in (lambda: Matrix([[1], [2, 3]]), lambda: a @ vander, lambda: a + vander, lambda: a + 1, lambda: a['x'], lambda: a[5], lambda: a[0, 9], lambda: Matrix([[1, 2]]).det(), lambda: a * 2, lambda: {a: 1}, lambda: a ** 'x', lambda: a < a):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
(a.T[:, :1] @ a).det()
