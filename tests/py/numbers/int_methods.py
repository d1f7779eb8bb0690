"""Methods and attributes of int, and int's subclasses, bool, __index__, __int__ and __trunc__."""


class I(int):
    def __repr__(self):
        return f'I({int(self)})'


class Index:
    def __index__(self):
        return 7


class Int:
    def __int__(self):
        return 9


class IntBool:
    def __int__(self):
        return True


class BadInt:
    def __int__(self):
        return 'x'


class Both:
    def __int__(self):
        return 1

    def __index__(self):
        return 2


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


x = I(5)
show(lambda: (x, x + 1, -x, +x, abs(x), x.real, x.imag, x.numerator, x.denominator, x.conjugate(), type(x + 0).__name__))
show(lambda: (int(x), type(int(x)).__name__, I(True), I('7'), str(x), f'{x}', f'{x!r}', '%d' % x, '%s' % x))
show(lambda: (int(Index()), int(Int()), int(Both()), float(Index()), complex(Index()), [0] * 8 and list(range(10))[Index()]))
show(lambda: int(BadInt()))
show(lambda: float(Int()))
show(lambda: range(Int()))
show(lambda: int('12', Index()))
show(lambda: hex(Index()))
show(lambda: 'ab' * Index())
show(lambda: (True + True, True * 3, -True, ~True, True / 2, True ** 2, True << 3, True & 1, True | False, True ^ True, True & 3))
show(lambda: (bool(x), bool(I(0)), isinstance(True, int), int(True), str(True), repr(False), hash(True), True == 1.0))
show(lambda: ((5).as_integer_ratio(), (5).bit_count(), (-5).bit_length(), (0).bit_length(), (5).is_integer() if hasattr(int, 'is_integer') else None))
show(lambda: ((1024).to_bytes(2, 'big'), (1024).to_bytes(10, 'little'), (-1024).to_bytes(10, 'big', signed=True), (255).to_bytes(1), (0).to_bytes(0, 'big')))
show(lambda: (int.from_bytes(b'\x00\x10', 'big'), int.from_bytes([255, 0], 'big'), int.from_bytes(b'', 'big'), I.from_bytes(b'\x05', 'big')))
show(lambda: ((5).__add__('x'), (5).__add__(1.5), (5).__radd__(2), (5).__pow__(2, 3), (5).__divmod__(2), (5).__floordiv__(0) if 0 else 0))
show(lambda: ((7).__round__(), (1234).__round__(-2), round(1250, -2), round(1350, -2), round(-1250, -2), round(15, -1), round(25, -1), round(5, -5)))
show(lambda: ((5).__ceil__(), (5).__floor__(), (5).__trunc__(), (5).__format__('>5'), (5).__index__(), (5).__bool__(), (5).__getnewargs__(), (5).__sizeof__() > 0))
show(lambda: round(5, 2 ** 70))
show(lambda: round(5, 1.0))
show(lambda: int.__new__(bool, 1))
show(lambda: bool.__new__(int))


class B(bool):
    pass
