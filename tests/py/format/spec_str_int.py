"""The format mini-language on strings, integers, bools and objects without one."""


def show(value, spec):
    try:
        return format(value, spec)
    except Exception as e:
        return f'{type(e).__name__} {e}'


for spec in '', 's', '10', '<10', '>10', '^10', '*^10', '.3', '10.3', '.0', '.0s', '_<6', '05', '<05', '^05', '>>5', '<<5', '==5', '=5', 'é^8', '中<7', '\U0001f600>7', '.5', '1', '0', '00', '01', ',', '_', '+', ' ', '-', '#', 'd', 'x', 'f', '.', '.x', '10s10', 'z', '\0<5':
    print(ascii(spec), '|'.join(ascii(show(v, spec)) for v in ('abcdef', '', 'é中\U0001f600', 'x')))
for spec in '', 'd', 'b', 'o', 'x', 'X', 'c', 'n', 'e', '.2f', 'g', '%', '5', '<5', '>5', '^5', '=5', '05', '+', ' ', '-', ',', '_', '_b', '_x', '#b', '#o', '#x', '#X', '#010x', '#_x', '+,', '012,', '=+8', '*=8', '0=8', '<08', '.3', '.0d', 's', ',b', 'q', '1_000', '_c', 'z', 'zd', '0c', '5c', '^5c':
    print(spec, '|'.join(show(v, spec) for v in (0, 7, -1234567, 10 ** 20, True)))
for value in None, [1], (1, 2), {'a': 1}, {1}, object, len, b'x', range(2), ..., NotImplemented, Exception('e'):
    for spec in '', '5', 's', '>20':
        text = show(value, spec)
        print(type(value).__name__, repr(spec), text if ' at 0x' not in text else 'addr')


class P:
    def __format__(self, spec):
        return 5


class Q:
    pass


class R:
    def __str__(self):
        return 'str of R'


print(show(P(), ''), show(Q(), 'x'), show(R(), ''), show(R(), '5'), f'{R()}', f'{R()!s:>10}', f'{None!s:>6}', f'{[1]!r:^9}', f'{"é"!a}')
print('{0:{1}{2}}'.format('x', '>', 5), '{:{}}'.format('x', ''), '{:{fill}{align}{width}}'.format('x', fill='.', align='^', width=7))
print(format(True), format(True, ''), format(True, 'd'), format(True, '5'), format(False, 's') if False else '', f'{True}', f'{True:<6}|', f'{False:x}')
format('abc', '=10')
