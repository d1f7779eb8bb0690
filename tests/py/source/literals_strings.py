"""String and bytes literals: prefixes, escapes, quotes, concatenation, errors and warnings."""
import warnings

good = ["'a'", '"a"', "'''a'''", '"""a\nb"""', "r'\\n'", "R'\\'", "b'a'", "B'a'", "br'\\x'", "rb'\\x'", "bR'a'", "u'a'", "U'a'", "f'a'", "rf'\\n'", "fR'\\n'", "'a' 'b'", "'a' \"b\" '''c'''", "b'a' b'b'", "'a' f'b' r'\\c'", "'\\\n'", "'a\\\nb'", "'\\'\\\"\\\\'", "'\\a\\b\\f\\n\\r\\t\\v'", "'\\0\\1\\12\\123\\1234\\400'",
        "'\\x41\\xe9\\xff'", "'\\u00e9\\u4e2d'", "'\\U0001f600'", "'\\N{EURO SIGN}\\N{LATIN SMALL LETTER A WITH GRAVE}\\N{digit one}'", "b'\\x41\\xff\\0\\n'", "b'\\u0041\\N{x}'", "r'\\u0041'", "''", '""', "''''''", "'\"'", "'\\ud800'", "'tab\there'", "('a'\n 'b')", "'é中😀'", "'''it's'''", "'''a\\''''", "r'a\\'b'", "b''", "'%s' % 1", "'a'[0]", "'{}'", "'\\N{BELL}'", "'\\N{HANGUL SYLLABLE GA}'", "'\\N{CJK UNIFIED IDEOGRAPH-4E2D}'"]
bad = ["'a", '"a', "'''a", '"""a\n', "'a\nb'", "b'é'", "b'中'", "'\\x4'", "'\\xg0'", "'\\u123'", "'\\U0011ffff'", "'\\U1234567'", "'\\N{nope}'", "'\\N'", "'\\N{'", "'\\N{}'", "b'\\x4'", "b'\\xzz'", "'a' b'b'", "b'a' 'b'", "f'a' b'b'", "ub'a'", "bu'a'", "ur'a'", "fb'a'", "uf'a'", "ff'a'", "rr'a'", "bb'a'", "'a''", "r'\\'", "'\\", "'''a''", "'abc\\", 'x"a"', "'a' 1", "1 'a'", "'a'b", "'\\400' b''", "\"\"\"a'''"]
for text in good:
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        try:
            print(ascii(text), '->', ascii(eval(text)), [str(x.message) for x in w])
        except Exception as e:
            print(ascii(text), '-> unexpected', type(e).__name__, e)
for text in bad:
    try:
        print(ascii(text), '-> accepted', ascii(eval(text)))
    except SyntaxError as e:
        print(ascii(text), '->', ascii(e.msg), e.lineno, e.offset, e.end_offset)
for text in ["'\\d'", "'\\ '", "'\\8'", "'\\9'", "'\\é'", "b'\\d'", "b'\\q\\z'", "f'\\d{1}'", "'\\xe9\\w'", "'\\777'", "b'\\777'", "'ok\\\\d'", "r'\\d'"]:
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        value = eval(text)
        print(ascii(text), ascii(value), [(x.category.__name__, ascii(str(x.message)), x.lineno) for x in w])
with warnings.catch_warnings():
    warnings.simplefilter('error')
    for text in "'\\d'", '\n\nx = "a\\qb"':
        try:
            compile(text, 'f.py', 'exec')
        except SyntaxError as e:
            print(e.msg, e.lineno, e.offset, e.filename)
print('end'
      ' of'
      ' it')
eval("'unterminated")
