"""Characters by name and number, normal forms through identifiers, ordering by code point, width of pieces."""
print('\N{SNOWMAN}\N{GREEK SMALL LETTER ALPHA}\N{LATIN CAPITAL LETTER E WITH ACUTE}\N{CJK UNIFIED IDEOGRAPH-4E2D}\N{HANGUL SYLLABLE HAN}\N{EURO SIGN}')
print(ascii('\N{GRINNING FACE}\N{ZERO WIDTH JOINER}\N{NO-BREAK SPACE}\N{BYTE ORDER MARK}\N{LINE FEED}\N{NULL}\N{ESCAPE}\N{latin small letter y with diaeresis}'))
for text in '\\N{NOT A NAME}', '\\N{}', '\\N{SNOWMAN', '\\N{HANGUL SYLLABLE XX}', '\\N{CJK UNIFIED IDEOGRAPH-0041}', '\\N{ SNOWMAN}', '\\N{snowman}', '\\N{SnowMan}', '\\N{LATIN SMALL LETTER A WITH MACRON AND GRAVE}', '\\N{KEYCAP DIGIT ONE}':
    try:
        print(text, ascii(eval(f'"{text}"')))
    except SyntaxError as e:
        print(text, e.msg)
for cp in 0, 0x7f, 0x80, 0xff, 0x100, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0xffff, 0x10000, 0x10ffff:
    c = chr(cp)
    print(hex(cp), ascii(c), len(c), ord(c) == cp, c.isprintable(), ascii(repr(c)), len(repr(c)))
samples = ['z', 'a', 'Z', 'é', 'e', 'É', '中', '\uffff', '\U00010000', '\ue000', 'ab', 'a', '', 'aé', 'a中']
print(ascii(sorted(samples)), ascii(max(samples)), ascii(sorted(samples, key=str.casefold)))
for a, b in ('a', 'b'), ('a', 'é'), ('é', 'ê'), ('中', 'é'), ('\uffff', '\U00010000'), ('aaé', 'aa中'), ('', 'a'), ('a\0', 'a'):
    print(ascii(a), ascii(b), a < b, a > b, a == b, a <= b, (a > b) - (a < b))
text = 'aé中\U0001f600' * 3
print(ascii(text[2]), ascii(text[3]), ascii(text[-4:]), ascii(text[1::4]), ascii(text[::-1][:4]), len(text), text.index('\U0001f600'), text.rindex('é'), text.count('中'), ascii(text.replace('中', '')[:5]), ascii(text.upper()[:3]))
grapheme = 'e\u0301\U0001f469\u200d\U0001f469\u200d\U0001f467'
print(len(grapheme), ascii(list(grapheme)), ascii(grapheme[::-1][:2]))
assert 'é' != 'e\u0301' and len({'é', 'e\u0301'}) == 2
encodings = [(c, c.encode('utf-8').hex(), c.encode('utf-16-be').hex(), c.encode('utf-32-be').hex()) for c in 'aé中\U0001f600']
print(ascii(encodings))
print(ascii('\x00\x01\x1b\x7f\x80\x9f\xa0\xad\u0378\u200b\u2028\ue000\ufeff\U000e0001'), [c.isprintable() for c in '\x1b\x7f\xa0\xad\u0378\u200b\ue000 a'])
print('a\u0308'.isidentifier(), '\u0308a'.isidentifier(), 'ａ'.isidentifier(), '℘x'.isidentifier(), 'x·'.isidentifier())
for i in -1, 0x110000, 2 ** 40, 'a', 1.0:
    try:
        chr(i)
    except (ValueError, TypeError, OverflowError) as e:
        print(type(e).__name__, e)
ord('e\u0301')
