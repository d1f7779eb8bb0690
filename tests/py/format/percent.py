"""printf-style formatting."""


def show(fmt, args):
    try:
        print(repr(fmt), '->', repr(fmt % args))
    except Exception as e:
        print(repr(fmt), '->', type(e).__name__, e)


for fmt in '%d', '%5d', '%-5d|', '%05d', '%+d', '% d', '%x', '%X', '%#x', '%#o', '%o', '%i', '%u', '%e', '%E', '%.2f', '%10.3f', '%-10.1f|', '%+.0f', '%#.0f', '%g', '%G', '%#g', '%.3g', '%s', '%r', '%a', '%5s', '%-5s|', '%.1s', '%c', '%%', '%.10d', '%#010x', '%+05d', '%hd', '%ld', '%5%':
    for value in 42, -7, 3.14159, True:
        show(fmt, (value,) if fmt not in ('%%', '%5%') else ())
for fmt, args in [('%s', ()), ('%s %s', (1,)), ('%s', (1, 2)), ('x', 5), ('x', (1,)), ('x', {}), ('x', []), ('%d', 'a'), ('%d', 1.9), ('%d', None), ('%x', 1.5), ('%o', 'x'), ('%f', 'x'), ('%f', None), ('%c', 'ab'), ('%c', -1), ('%c', 0x110000), ('%c', 1.5),
                  ('%c', 'é'), ('%c', 0x4e2d), ('%z', 1), ('%', 1), ('%5', 1), ('%(a)s', {'a': 1}), ('%(a)s', {}), ('%(a)s', 5), ('%(a', {}), ('%(a)', {'a': 1}), ('%(a)s %(b)r', {'a': 'x', 'b': 'y'}), ('%(a)s', (1,)), ('%*d', (5, 42)), ('%-*d|', (5, 42)),
                  ('%.*f', (2, 3.14159)), ('%*d', ('x', 1)), ('%*d', (1,)), ('%*.*f', (10, 2, 2.5)), ('%(x)*d', {'x': 1}), ('%s', [1, 2]), ('%s', {'a': 1}), ('%r', 'é'), ('%a', 'é'), ('%s', None), ('%s%%', 5), ('%d%%', 5), ('%s', ((1, 2),)), ('%.3s', 'abcdef'),
                  ('%10.3s|', 'abcdef'), ('%d', 10 ** 30), ('%x', -10 ** 20), ('%e', 10 ** 300), ('%f', 10 ** 400), ('%.50f', 0.1), ('%.0e', 5), ('%g', 1e-5), ('%g', 123456789.0), ('%f', float('inf')), ('%F', float('nan')), ('%5.1f', float('-inf')), ('%05f', float('inf')),
                  ('%d', float('nan')), ('%d', float('inf')), ('%i', 3.99), ('%s', b'x'), ('é%s', 1), ('%s', '中'), ('中%d', 3), ('%s%s', ('é', '\U0001f600')), ('%9999999999999d', 1), ('%.99999999999d', 1)]:
    show(fmt, args)


class D(dict):
    def __missing__(self, key):
        return f'<{key}>'


print('%(x)s %(y)s' % D(), '%(a)s' % D(a=5), '%s' % D(z=1))


class Num:
    def __int__(self):
        return 5

    def __float__(self):
        return 2.5

    def __index__(self):
        return 6


print('%d %x %f %s' % (Num(), Num(), Num(), 'ok'))
print(b'%d %s %b %a %r %c %5.1f %%' % (5, b'x', b'y', 'é', 'é', 65, 2.55), bytearray(b'%x|%-5s|') % (255, b'q'))
b'%s' % 'text'
