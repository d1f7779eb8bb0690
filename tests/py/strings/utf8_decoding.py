"""Malformed UTF-8, sequence by sequence, under each error handler."""
cases = [b'\x80', b'\xbf', b'\xc0\x80', b'\xc1\xbf', b'\xc2', b'\xc2A', b'\xe0\x80\x80', b'\xe0\x9f\xbf', b'\xe0\xa0', b'\xe0\xa0A', b'\xed\xa0\x80', b'\xed\xbf\xbf', b'\xed\x9f\xbf', b'\xee\x80\x80', b'\xef\xbf\xbf',
         b'\xf0\x80\x80\x80', b'\xf0\x8f\xbf\xbf', b'\xf0\x90\x80\x80', b'\xf0\x90\x80', b'\xf0\x90', b'\xf0', b'\xf4\x8f\xbf\xbf', b'\xf4\x90\x80\x80', b'\xf5\x80\x80\x80', b'\xff', b'\xfe\xff', b'\xf0\x9f\x98A',
         b'\xe4\xb8\xad\xe4\xb8', b'A\xc3\xa9\xffB', b'\xf8\x88\x80\x80\x80', b'\xc3\xa9\xc3', b'\xe2\x28\xa1', b'\xf0\x28\x8c\xbc', b'\xf0\x90\x28\xbc', b'\xf0\x28\x8c\x28', b'\xed\xa0\x80\xed\xb0\x80']
for data in cases:
    row = []
    for errors in 'strict', 'replace', 'ignore', 'backslashreplace', 'surrogateescape', 'surrogatepass':
        try:
            row.append(ascii(data.decode('utf-8', errors)))
        except UnicodeDecodeError as e:
            row.append(f'{e.start}:{e.end} {e.reason}')
    print(data, *row, sep=' | ')
for data in cases:
    assert data.decode('utf-8', 'surrogateescape').encode('utf-8', 'surrogateescape') == data
for width in range(1, 40):
    base = b'x' * width
    for bad in b'\xff', b'\xc3\xa9', b'\xe4\xb8\xad', b'\xf0\x9f\x98\x80', b'\xc3':
        for tail in b'', b'y' * 20:
            text = (base + bad + tail).decode('utf-8', 'replace')
            assert text.startswith('x' * width) and text.endswith('y' * len(tail)), (width, bad)
print('offsets fine')
print(''.join(map(chr, range(0x0, 0x800, 7))).encode().decode() == ''.join(map(chr, range(0x0, 0x800, 7))))
everything = ''.join(chr(i) for i in range(0x110000) if not 0xd800 <= i < 0xe000)
for enc in 'utf-8', 'utf-16', 'utf-32', 'utf-16-be', 'unicode_escape':
    assert everything.encode(enc).decode(enc) == everything
print(len(everything), len(everything.encode()), sum(everything.encode()) % 1000003)
b'ab\xe4\xb8'.decode()
