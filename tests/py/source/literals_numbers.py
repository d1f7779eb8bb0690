"""Numeric literals: every form, and every malformed one."""
good = ['0', '00', '0_0', '1', '1_000', '0x1F', '0XfF', '0x_f', '0b101', '0B_1', '0o17', '0O_7', '1.', '.5', '1.5', '1e5', '1E5', '1e+5', '1e-5', '1_0.0_1', '1_0e1_0', '1j', '1J', '1.5j', '.5J', '1e3j', '0j', '00j', '08.5', '09e1', '0_7.5', '1if 1else 2', '0xfor 1', '1 .real', '1..real', '1.0.real', '1.e5', '1_000j', '99999999999999999999', '0xffffffffffffffffffff', '1e400', '1e-400', '0b' + '1' * 70, '12345678901234567890.12345678901234567890', '1or 2', '0x1for x in []' if False else '0o7if 1else 2', '[0x1for x in (1,2)]', '1_2_3', '0e0', '0.0e-0', '5 .bit_length()', '1_1.1_1e1_1j']
bad = ['01', '0777', '1__0', '1_', '0_', '0x', '0b', '0o', '0x_', '0b2', '0o8', '0xg', '1_.5', '1._5', '1e', '1e+', '1e_5', '1.5_', '1a', '1_a', '0b1_', '0o1_', '0xf_', '0_x1', '1__', '09', '00_1', '0b12', '0o78', '1.2.3', '1e5.5', '1jj', '0x1.5', '0x1p3', '1L', '1.5f', '0b1.1', '0b1e1', '1e1e1', '.', '._1', '1.real', '0xfg', '1and', '1_e5', '1.e_5', '0b_', '0o_', '0B', '1i', '5x', '12abc', '1.0abc', '1j2', '0b1a', '0o7a', '078', '08', '00009', '1_000_', '1e5_', '0x_g']
for text in good:
    try:
        print(text[:30], '->', repr(eval(text)))
    except Exception as e:
        print(text[:30], '-> unexpected', type(e).__name__, e)
import warnings
warnings.simplefilter('error')
for text in bad:
    try:
        print(text, '-> accepted', repr(eval(text)))
    except SyntaxError as e:
        print(text, '->', e.msg, e.offset)
    except Exception as e:
        print(text, '->', type(e).__name__, e)
for text in '1if 1else 2', '0xfor 1', '1or 2', '1in [1]', '1is 1', '1and 2', '0b1or 1', '1.5if 1else 2', '1jif 1else 2':
    try:
        print(text, eval(text))
    except SyntaxError as e:
        print(text, '->', e.msg)
print(-1 ** 2, (-1) ** 2, 2 ** -1, -2 ** -2, 1 - -1, 1 --1, +-+1, ~-1, not not 1, 0x10 + 0b10 + 0o10, 1_0 + 1_0.0)
eval('0777')
