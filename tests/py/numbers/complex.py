"""complex: text, arithmetic, special values, errors."""


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


inf, nan = float('inf'), float('nan')
for z in 1j, -1j, 0j, complex(-0.0, -0.0), complex(0, -0.0), 1 + 2j, 1.5 - 2.5j, complex(inf, nan), complex(nan, -inf), complex(-0.0, 1), 1e300 + 1e-300j, 3 + 0j, -3j, complex('1e5-2.5e-7j'):
    print(z, repr(z), str(z), z.real, z.imag, -z, z.conjugate(), f'{z}', f'{z:.2f}', f'{z:g}', f'{z:>20}')
a, b = 3 + 4j, 1 - 2j
print(a + b, a - b, a * b, a / b, a ** b, a ** 2, a ** -2, a ** 0.5, abs(a), a == b, a != b, a == 3, 3 + 0j == 3, hash(3 + 0j) == hash(3), hash(1j))
print(a + 1, 1 + a, a - 1.5, 2 * a, a / 2, 1 / a, 2 ** a, bool(0j), bool(1j), +a)
show(lambda: a < b)
show(lambda: a // b)
show(lambda: a % b)
show(lambda: divmod(a, b))
show(lambda: a / 0)
show(lambda: 0j ** -1)
show(lambda: 0j ** 1j)
show(lambda: int(a))
show(lambda: float(a))
show(lambda: round(a))
show(lambda: abs(complex(1e308, 1e308)))
show(lambda: complex(1e308, 1e308) * 10)
show(lambda: complex('1+2'))
show(lambda: complex(' 1+2j '))
show(lambda: complex('(1-2j)'))
show(lambda: complex('nanj'))
show(lambda: complex('inf-infj'))
show(lambda: complex(1j, 2j))
show(lambda: complex(1, 2j))
show(lambda: complex(real=1, imag=2))
show(lambda: complex(imag=3))
show(lambda: complex())
show(lambda: f'{a:d}')
show(lambda: f'{a:=10}')
show(lambda: f'{a:05}')
show(lambda: f'{a:+.1e}')
show(lambda: f'{a:,}')
show(lambda: '%s %r' % (a, a))
show(lambda: '%f' % a)


class C:
    def __complex__(self):
        return 5 - 1j


class BadC:
    def __complex__(self):
        return 5


class Sub(complex):
    pass


show(lambda: complex(C()))
show(lambda: complex(BadC()))
show(lambda: complex(C(), 1))
s = Sub(1, 2)
print(s, type(s + 1).__name__, type(+s).__name__, s == 1 + 2j)
try:
    s.real = 5
except AttributeError as e:
    print(e)
a.imag = 3
