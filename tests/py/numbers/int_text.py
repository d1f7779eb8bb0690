"""The limit on digits, separators, bases and the formatting of integers."""
import sys


def show(f):
    try:
        r = f()
        print(r if len(str(r)) < 70 else 'long')
    except Exception as e:
        print(type(e).__name__, e)


print(sys.get_int_max_str_digits(), sys.int_info.default_max_str_digits, sys.int_info.str_digits_check_threshold)
show(lambda: len(str(10 ** 4299)))
show(lambda: str(10 ** 4300))
show(lambda: int('1' * 4300) > 0)
show(lambda: int('1' * 4301))
show(lambda: int('-' + '1' * 4301))
show(lambda: int('1_' * 4301 + '1'))
show(lambda: int(' ' * 5000 + '7'))
show(lambda: int('1' * 4301, 16) > 0)
show(lambda: len(hex(10 ** 5000)))
show(lambda: '%d' % 10 ** 5000)
show(lambda: f'{10 ** 5000}')
show(lambda: f'{10 ** 5000:x}'[:5])
show(lambda: repr([10 ** 5000]))
show(lambda: sys.set_int_max_str_digits(100))
show(lambda: sys.set_int_max_str_digits(-1))
show(lambda: sys.set_int_max_str_digits(640))
show(lambda: str(10 ** 640))
show(lambda: int('1' * 641, 10))
show(lambda: int('1' * 641, 7))
show(lambda: int('1' * 641, 32) > 0)
show(lambda: eval('1' * 641))
show(lambda: sys.set_int_max_str_digits(0))
show(lambda: len(str(10 ** 10000)))
for text in '0', '-0', '+5', ' 42 ', '\t7\n', '0_1', '1_000_000', '0b101', '0o17', '0xFF', '0B1', '0_0', '00', '٣٤', '１２', '\u00a05\u2003':
    show(lambda: int(text))
    show(lambda: int(text, 0))
for base in range(2, 37, 5):
    show(lambda: (base, int('10', base), int('1' * 30, base)))
show(lambda: int('zZ', 36))
show(lambda: int('0xg', 16))
for spec in 'd', ',', '_', '#x', '#X', '#o', '#b', '_x', '#_b', '010', '+d', ' d', '-d', '<10', '>10', '^10', '=+10', '*^12d', 'c', 'e', '.3f', 'g', '%', 'n', '08_x', '020,', '+,d':
    print(spec, '|'.join([format(1234567, spec) if spec != 'c' else format(65, spec), format(-42, spec) if spec != 'c' else '']))
show(lambda: format(5, 'c') == '\x05')
show(lambda: format(-1, 'c'))
show(lambda: format(0x110000, 'c'))
show(lambda: format(1, ',x'))
show(lambda: format(1, '.3d'))
show(lambda: format(1, '+c'))
show(lambda: format(1, ',c'))
show(lambda: format(1, 's'))
show(lambda: format(1, '#s'))
show(lambda: format(1, ',_d'))
format(10, 'y')
