"""Polynomials with operators, division, roots, text and a parser; errors of arithmetic."""
import re


class Poly:
    def __init__(self, *c):
        c = list(c)
        while c and c[-1] == 0:
            c.pop()
        self.c = tuple(c)

    @classmethod
    def parse(cls, text):
        c = {}
        for sign, n, x, p in re.findall(r'([+-]?)\s*(\d*)(x?)(?:\^(\d+))?', text):
            if n or x:
                power = int(p) if p else 1 if x else 0
                c[power] = c.get(power, 0) + int(n or 1) * (-1 if sign == '-' else 1)
        return cls(*(c.get(i, 0) for i in range(max(c, default=-1) + 1)))

    degree = property(lambda self: len(self.c) - 1)

    def __call__(self, x):
        r = 0
        for a in reversed(self.c):
            r = r * x + a
        return r

    def __add__(self, o):
        o = self.lift(o)
        n = max(len(self.c), len(o.c))
        return Poly(*(a + b for a, b in zip(self.c + (0,) * (n - len(self.c)), o.c + (0,) * (n - len(o.c)))))

    __radd__ = __add__

    def __neg__(self):
        return Poly(*(-a for a in self.c))

    def __sub__(self, o):
        return self + -self.lift(o)

    def __rsub__(self, o):
        return self.lift(o) - self

    def __mul__(self, o):
        o = self.lift(o)
        r = [0] * (len(self.c) + len(o.c))
        for i, a in enumerate(self.c):
            for j, b in enumerate(o.c):
                r[i + j] += a * b
        return Poly(*r)

    __rmul__ = __mul__

    def __pow__(self, n):
        if not isinstance(n, int) or n < 0:
            raise ValueError(f'bad exponent {n!r}')
        r = Poly(1)
        for _ in range(n):
            r *= self
        return r

    def __divmod__(self, o):
        if not o.c:
            raise ZeroDivisionError('division by the zero polynomial')
        q, r = [0] * max(len(self.c) - len(o.c) + 1, 0), list(self.c)
        while len(r) >= len(o.c) and any(r):
            k, f = len(r) - len(o.c), r[-1] / o.c[-1]
            q[k] = f
            for i, b in enumerate(o.c):
                r[k + i] -= f * b
            r.pop()
        return Poly(*q), Poly(*r)

    def lift(self, o):
        return o if isinstance(o, Poly) else Poly(o)

    def __eq__(self, o):
        return self.c == self.lift(o).c

    __hash__ = None

    def __str__(self):
        terms = []
        for p, a in reversed(list(enumerate(self.c))):
            if a:
                terms.append(f'{"-" if a < 0 else "+"} {"" if abs(a) == 1 and p else f"{abs(a):g}"}{"" if not p else "x" if p == 1 else f"x^{p}"}')
        return ' '.join(terms).removeprefix('+ ') or '0'


p, q = Poly(-1, 0, 1), Poly(1, 1)
print(p, '|', q, '|', p + q, '|', p - q, '|', p * q, '|', q ** 3, '|', 2 * q + 1, '|', 1 - q, '|', -p, '|', p(3), p.degree, Poly().degree)
for a in divmod(p, q):
    print(a)
print(Poly.parse('3x^2 - x + 7'), Poly.parse('-x^3+2x^3 - 5'), Poly.parse('x + x + x'), Poly.parse(''), p == Poly.parse('x^2 - 1'), [p(x) for x in range(-2, 3)], (q ** 10)(1), p * 0 == 0)
for f in (lambda: q ** -1, lambda: q ** 1.5, lambda: divmod(p, Poly()), lambda: {p}, lambda: p + 'x', lambda: p / q, lambda: p < q, lambda: p('x')):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
product = Poly(1)
for root in range(1, 8):
    product *= Poly(-root, 1)
print(product, [product(r) for r in range(1, 8)], product(0))
divmod(product, p - p)
