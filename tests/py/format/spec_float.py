"""The format mini-language on floats."""


def show(value, spec):
    try:
        return format(value, spec)
    except Exception as e:
        return f'{type(e).__name__} {e}'


values = [0.0, -0.0, 1.0, -1.5, 3.14159265, 1e10, 1.5e-7, 123456789.125, 1e22, 0.5, 2.5, 99.995, float('inf'), float('-inf'), float('nan'), 1e308, 5e-324]
for spec in '', 'f', '.0f', '.2f', 'F', 'e', '.3e', 'E', 'g', '.3g', 'G', 'n', '%', '.1%', 'r', '#.0f', '#g', '#.3g', ',', ',.2f', '_', '_.1f', '+', ' ', '-', '+.1f', ' .1f', '10.2f', '<10.2f', '>10.2f', '^10.2f', '=10.2f', '010.2f', '+010.1f', '*^15.3e', '.10', '.0', '.17', '.1', 'z.0f', 'z.1f', '08', '020,.3f', '=+12,.1f', '.30f', '.0e', '.0g', '.60g', 'x<8', '0<8', '<08':
    print(spec, '|'.join(show(v, spec) for v in values))
for spec in 'd', 's', 'x', 'c', '.', '.f', '10.', ',,', ',_', '_,', '5,x', 'fz', '+-', '=^', '..2', 'zd', '.99999999999f', '99999999999f', '!', '{', '1.1.1', '𝟓', '\x00', 'Z', 'é^10', '中>8', '#,', '#_g', 'ff':
    print(ascii(spec), ascii(show(1.5, spec)))
print('{:{}.{}f}'.format(3.14159, 10, 2), '{:{w}.{p}}'.format(2.0 / 3, w=12, p=4), f'{1e3:{"," + ".1f"}}', format(1e16, ','), format(1234567.891, ',.10g'), format(0.00001, ','), format(1e-10, '_f'))
for n in range(0, 20, 3):
    print(format(2 / 3, f'.{n}f'), format(1e5 / 3, f'.{n}g'), format(-1e-5 / 3, f'.{n}e'), format(12345.678, f'.{n}'), format(0.999999, f'.{n}%'))


class F(float):
    def __format__(self, spec):
        return 'F:' + spec


print(f'{F(1):x}', '{:y}'.format(F(2)), format(F(3)), '%f' % F(4))
format(1.5, 'd')
