# unicode_escape of strs of every kind, there and back.
for s in ('', 'abc', 'a\\b\t\n\r\x00\x7f\x80\xff', 'é中😀\ud800', 'x' * 1000 + '\u4e00', ''.join(map(chr, range(0x120))), '\U0010ffff', '\\\\n', '中\n\\'):
    b = s.encode('unicode_escape')
    print(len(b), b[:60], b.decode('unicode_escape') == s, s.encode('raw_unicode_escape')[:40])
# Tables of 8-bit codecs: whole texts, and what they have no place for.
for name in ('cp1252', 'koi8-r', 'cp1251', 'iso8859-15', 'cp437', 'mac-roman', 'cp1253'):
    for s in ('plain', 'é' * 40, 'Привет, мир ' * 4, 'ααβ€' * 5, 'a\x00\x7f' * 7):
        for errors in ('strict', 'replace', 'ignore', 'xmlcharrefreplace'):
            try:
                b = s.encode(name, errors)
                print(name, errors, b[:30], b.decode(name)[:12])
            except UnicodeError as e:
                print(name, errors, str(e)[:80])
    for data in (bytes(range(256)), bytes(range(32, 127)) * 3, b'\x81\x8d' * 20, b'ab'):
        for errors in ('strict', 'replace'):
            try:
                print(ascii(data.decode(name, errors))[:90])
            except UnicodeError as e:
                print(str(e)[:80])
