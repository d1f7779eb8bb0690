"""Error texts of the numeric built-ins."""


def show(f, *args, **kwargs):
    try:
        print('ok', repr(f(*args, **kwargs)))
    except Exception as e:
        print(type(e).__name__, '|', e)


for args in [('',), ('  ',), ('1 2',), ('0x1f',), ('12a',), ('_1',), ('1__0',), ('1_',), (b'\xff1',), (None,), ([],), ({},), (1j,), ('9', 1),
             ('9', 37), ('z', 36), ('8', 8), ('0o8', 0), ('010', 0), (5, 3), ('1', 'x'), ('1', None), (1.5, 2), (float('inf'),), (float('nan'),),
             (bytearray(b'12'),), (b'12', 3), (memoryview(b'7'),), ('\u0663',), ('1\x00',), ('-',), ('+-1',), ('1' * 5000,)]:
    show(int, *args)
for args in [('',), ('abc',), ('1e',), ('.',), ('1_.0',), ('0x1p3',), ('nan(1)',), (None,), ([],), (1j,), (b'1.5',), (b'\xff',), ('1\x00',), ('infinit',),
             ('١.٥',), (10 ** 400,), (1, 2)]:
    show(float, *args)
for args in [('',), ('1+',), ('1+2',), ('1 + 2j',), ('j',), ('1j2',), (None,), ([],), ('1', 2), (1, '2'), (1, None), ('(1+2j)',), ('((1+2j)',)]:
    show(complex, *args)
show(int, x=1)
show(int, base=10)
show(int, '1', base=2, foo=3)
show(float, x=1)
show(bool, x=1)
show(bool, 1, 2)
show(complex, real='1', imag=2)
show(abs, 'x')
show(abs)
show(abs, 1, 2)
show(divmod, 1)
show(divmod, 'a', 1)
show(divmod, 1, 0)
show(divmod, 1.0, 0)
show(divmod, 1j, 1)
show(pow, 2, -1, 0)
show(pow, 2, 3, 0)
show(pow, 2, -1, 4)
show(pow, 2.0, 3, 5)
show(pow, 'a', 2)
show(pow, 2, 'a')
show(pow, 2, 3, 'a')
show(pow, 0, -1)
show(pow, 0.0, -1)
show(pow, 10.0, 400)
show(pow, 0j, -1)
show(round, 'x')
show(round, 1.5, 'x')
show(round, float('inf'))
show(round, float('nan'))
show(round)
show(sum)
show(sum, 1)
show(sum, ['a'])
show(sum, [[1]], 'x')
show(sum, [], '')
show(sum, [], b'')
show(sum, [], bytearray())
show(hex, 1.5)
show(oct, 'x')
show(bin, None)
show(chr, -1)
show(chr, 0x110000)
show(chr, 'a')
show(chr, 10 ** 30)
show(ord, '')
show(ord, 'ab')
show(ord, 5)
show(ord, b'ab')
