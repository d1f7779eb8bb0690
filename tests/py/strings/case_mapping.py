"""Case conversions over a sweep of Unicode, by checksums and by special cases."""
specials = 'ßŉǰΐΰևẖẗẘẙẚẞﬀﬁﬂﬃﬄﬅﬆﬓᾀᾈᾠᾨᾳᾼῃῌῳῼὐὒὔὖᾶῆῖῦῶᾲᾴῂῄῲῴᾷῇῗῧῷİıſKÅǅǈǋǲµΣςσ'
for c in specials:
    print(ascii(c), ascii(c.upper()), ascii(c.lower()), ascii(c.title()), ascii(c.swapcase()), ascii(c.casefold()), ascii(c.capitalize()))
for name in 'upper', 'lower', 'title', 'casefold', 'swapcase', 'capitalize':
    total = changed = grown = 0
    for i in range(0, 0x20000, 3):
        if 0xd800 <= i < 0xe000:
            continue
        c = chr(i)
        r = getattr(c, name)()
        if r != c:
            changed += 1
            grown += len(r) > 1
            for k, x in enumerate(r):
                total = (total * 31 + ord(x) + k + i) % 1_000_000_007
    print(name, changed, grown, total)
for name in 'isalpha', 'isdigit', 'isdecimal', 'isnumeric', 'isalnum', 'isspace', 'islower', 'isupper', 'istitle', 'isidentifier', 'isprintable':
    count = total = 0
    for i in range(0, 0x110000):
        if getattr(chr(i), name)():
            count += 1
            total = (total * 31 + i) % 1_000_000_007
    print(name, count, total)
for word in 'ΟΔΟΣ', 'ΟΔΟΣ ΤΟΥ', 'ΑΣ.', "ΑΣ'Α", 'Σ', 'ΑΣ1', '1Σ', 'Α\u0301Σ', 'ΑΣ\u0301', 'ΣΑΣΣ', 'ǆungla', 'ŉoo', 'ﬁsh', "they're bill's", 'x-ray 3d', 'éÀ', 'ß', 'İstanbul', '\U00010428\U00010400', 'a\u0345b', 'ª2b':
    print(word, word.lower(), word.upper(), word.title(), word.capitalize(), word.swapcase(), ascii(word.casefold()), word.istitle(), word.title().istitle())
print('Straße'.casefold() == 'STRASSE'.casefold(), 'ΣΊΣΥΦΟΣ'.casefold() == 'σίσυφος'.casefold(), 'i'.upper() == 'İ', 'ǅ'.lower().upper().title())
values = [c for c in (chr(i) for i in range(0x3000)) if c.isdecimal()]
print(len(values), sum(int(c) for c in values), [int(''.join(values[i:i + 3])) for i in range(0, 60, 10)])
digits = [c for c in (chr(i) for i in range(0x3000)) if c.isdigit() and not c.isdecimal()]
print(len(digits))
int(digits[0])
