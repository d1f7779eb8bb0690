"""Identifiers: NFKC, all scripts, keywords that aren't, invalid characters."""
import keyword

µ = 1
print(globals().get('μ'), 'µ' in globals(), μ)
ﬁ = 'ligature'
print(fi, ﬁ)
class ℌ:
    ℜ = 5
    def ｆｕｌｌ(self, ａ=1): return a
print(H.R, H().full(), H().full(ａ=7), H().full(a=8))
𝐱, 𝑦 = 1, 2
print(x + y, 𝐱 + y)
été, Ω, 变量, переменная, ñandú, _ª, x1º = range(7)
print(été, Ω, 变量, переменная, ñandú, _a, x1o)
def f(**kw): return sorted(kw)
print(f(ﬃ=1, ａ=2), getattr(H, 'R'), hasattr(H, 'ℜ'))
try:
    getattr(H, 'ℜ')
except AttributeError as e:
    print(ascii(str(e)))
setattr(H, 'ℜ', 9)
print(H.R, H.__dict__['ℜ'], H.ℜ)
for source in ['𝒅𝒆𝒇 = 1', 'ｉｆ = 1', 'x² = 1', '€ = 1', 'a€b = 1', '1a = 1', 'a\u200b = 1', '\u00a0x = 1', 'x = 1\u00a0', '😀 = 1', 'x = “quoted”', 'a‐b', 'x = 5 – 3', '\u0301a = 1', 'a\u0301 = 1', '℮ = 1', '℘ = 1', '·a = 1', 'a· = 1', '፩ = 1', 'a፩ = 1', 'ゝ = 1', '゛ = 1', '\u1885 = 1', '\u2118 = 1', '٣x = 1', 'x٣ = 1', 'x = ٣', 'a$ = 1', 'a? = 1', 'a! = 1', 'ªb = 1', 'x = 1 if 1 еlse 2', '\ufeffx = 1', 'x\ufeff = 1', '\x01 = 1', 'x = \x7f', '\u2028x = 1', 'K = 1; print(K)', 'ŉ = 1; print(ʼn)', 'ſ = 1; print(s)', '\U000e0100a = 1', 'a\U000e0100 = 1']:
    try:
        exec(source)
        print(ascii(source), 'fine')
    except SyntaxError as e:
        print(ascii(source), '->', ascii(e.msg), e.lineno, e.offset)
    except NameError as e:
        print(ascii(source), '-> NameError', ascii(str(e)))
for s in 'match', 'case', 'type', '_', 'print', 'None', 'async', 'é', 'ｉｆ', 'a b', '', '1', 'a1', '℘', '゛', 'x²':
    print(ascii(s), s.isidentifier(), keyword.iskeyword(s), keyword.issoftkeyword(s), end='; ')
print()
match = case = type = _ = print
_('soft', match is case)
print = 5
del print
ﬁnal = undefined_ﬁ
