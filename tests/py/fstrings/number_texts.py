# Numbers in f-strings, %, str.format() and format(): all the ways to the same text.
import struct


def check(x, spec):
    a, b = f'{x:{spec}}', format(x, spec)
    c = ('{:' + spec + '}').format(x)
    d = ('{0:{1}}').format(x, spec)
    e = ('<{:' + spec + '}|€>').format(x)[1:-3]
    assert a == b == c == d == e, (x, spec, a, b, c, d, e)
    return a


numbers = [0, 1, -1, 7, 12, -345, 1000, 999999, 1234567, -12345678901, 2**62 - 1, -2**62, 2**64, 10**30]
for spec in ('', 'd', '5d', '<8', '>8', '^9', '=+7', '06d', ' d', '+,', '_d', '015,', '*^20,d', 'x', '#x', '#010b', 'X', 'o', '#_b', '_x', 'c<9', '€>6', 'e', '.2f', ',.1f', '%', 'g'):
    print(spec, [check(n, spec) for n in numbers])
floats = [0.0, -0.0, 0.5, 1.5, 2.5, 0.125, 0.1, 1 / 3, -2 / 3, 1e15, 123456789012345.6, 1e16, 1.5e300, 1e-4, 9.9999e-5, 1e22, 5e-324, 0.045, 1.005, 2.675, 1e14 + 0.5, 999999999999999.9, 99999.995, 1e100, float('inf'), float('-inf'), float('nan')]
for spec in ('', '.0f', '.1f', '.2f', '.3f', '10.2f', '<10.3f', '+.1f', ' .4f', ',.2f', '_.2f', '012.3f', '015,.2f', '=+12.1f', '.15f', '.16f', '.20f', 'f', 'F', '%', '.1%', 'e', '.3e', 'g', '.3g', 'G', 'n', '#.0f', 'z.0f', '^14.2', '€^12.1f'):
    print(spec, [check(x, spec) for x in floats])
state = 1
digest = 0
for i in range(20000):
    state = (state * 6364136223846793005 + 1442695040888963407) & (2**64 - 1)
    k = state >> 61
    if k < 3:
        x = (state >> 20 & 0xFFFFFFF) / 10 ** (state >> 50 & 7)
    elif k < 6:
        x = (state >> 11) * 2.0 ** -(state & 63)
    else:
        x = struct.unpack('d', struct.pack('Q', state))[0]
        if x != x:
            continue
    r = repr(x)
    assert float(r) == x and f'a{x}' == 'a' + r and f'{x}{i}' == r + str(i)
    digest = (digest * 31 + hash(int.from_bytes((r + '%.3f' % x + f'{x:.{i % 17}f}' + '%10.1f' % x).encode(), 'big'))) % (10**12 + 39)
print(digest)
i, f, s, b, n = 42, 2.5, 'text', True, None
big = 10**20
print(f'{i}{f}', f'{i} {f} {s} {b} {n} {big}', f'{s}{s}', f'{i}{i}{i}{i}{i}{i}{i}{i}{i}{i}{i}', f'{"é"}{i}{f}', f'{"€"}{i}{-f}', f'{i!r}{s!r}{f!s}{"é"!a}')


class Meta(int):
    def __format__(self, spec):
        return 'M' + spec


class Text(str):
    def __str__(self):
        return 'T'


print(f'{Meta(5)}|{Meta(5):x}|{Text("u")}|{Text("u"):>3}')
print('%s %d %5d|%-5d|%05d|%x %X %o %+d % d' % (i, i, i, i, i, 255, 255, 8, 3, 3), '%.2f %8.3f|%-8.1f|%+.1f %e %g' % (f, f, f, f, f, f), '%r %a %c%c %%' % (s, 'é', 'x', 65))
print('%s' % s, '%s' % (s,), '%s' % [1], '%d' % 3.9, '%(a)s %(b)5.1f' % {'a': 1, 'b': 2}, '%*d %.*f' % (5, 42, 1, 2.55), '%i' % True)
print('{} {}'.format(i, f), '{0}{1}{0}'.format(s, i), '{a}{b:>5}'.format(a=1, b='x'), '{!r:>8}'.format(s), '{:{}}'.format(3, 5), '{{}}{}'.format(1), '{.real}{[0]}'.format(5, [7]))


class Mod(str):
    def __rmod__(self, other):
        return 'rmod'


def percent(x):
    return 'a%s' % x


for _ in range(1500):
    last = percent(Mod('z')), percent('q'), percent((1,))
print(last)
for bad in (lambda: f'{5:q}', lambda: f'{"x":d}', lambda: f'{1.5:d}', lambda: '{:.2d}'.format(1), lambda: '{:10000000000000000000000}'.format(1), lambda: '%d' % 'x', lambda: '%s %s' % 1, lambda: '%s' % (1, 2), lambda: '{} {}'.format(1), lambda: '{1} {}'.format(1, 2), lambda: '{} {1}'.format(1, 2), lambda: '{a}'.format(), lambda: format('x', '=5'), lambda: f'{"abc":>3zz}', lambda: '{:>3zz}'.format('abc')):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
