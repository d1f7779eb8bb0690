"""UTF-16, UTF-8 and escapes of texts of all widths, short and long, with and without what needs an error handler."""
import codecs

texts = ['', 'a', 'é', '€', '\U0001f600', 'plain', 'häuser', '日本語', 'abc\U0001f600def', 'a\ud800b', '\udc00', '\ud83d\ude00', 'tab\t\\n\'"\n',
         'x\xff\x7f\x00', '\ufeffmark', '\ufffe', 'é' * 9000, '日本' * 5000, 'a' * 8190 + 'é€', 'a' * 9000 + '\U0001f600', 'b' * 9000 + '\ud800']
for t in texts:
    print(len(t), ascii(t[:12]), hash(t) == hash(t + ''))
    for name in ('utf-16', 'utf-16-le', 'utf-16-be', 'utf-8', 'unicode_escape', 'raw_unicode_escape', 'utf-32'):
        for errors in ('strict', 'replace', 'surrogatepass', 'backslashreplace'):
            try:
                data = t.encode(name, errors)
            except UnicodeError as e:
                print(name, errors, e if len(t) < 50 else type(e).__name__)
                continue
            try:
                back = data.decode(name, errors)
            except UnicodeError as e:
                print(name, errors, e if len(t) < 50 else type(e).__name__)
                continue
            print(name, errors, len(data), data[:14], back == t, ascii(back[:9]), len(back))
            # Cut in the middle of a unit or a character, at once and step by step.
            for cut in (1, 2, 3):
                try:
                    print(end=ascii(data[:-cut].decode(name, 'replace')[-3:]) + ' ')
                except UnicodeError as e:
                    print(end=type(e).__name__ + ' ')
            step = codecs.getincrementaldecoder(name)(errors)
            try:
                pieces = [step.decode(data[i:i + 3]) for i in range(0, min(len(data), 60), 3)] + [step.decode(data[60:], True)]
                print(''.join(pieces) == back)
            except UnicodeError as e:
                print(type(e).__name__)
    print(ascii(repr(t))[-20:], len(repr(t)), len(ascii(t)))
for data in (b'\xff\xfe', b'\xfe\xff', b'\xfe\xff\x00a', b'\xff\xfea\x00', b'a\x00', b'\x00', b'\x00\xd8', b'\x00\xdc', b'\x00\xd8a\x00',
             b'\x00\xd8\x00\xdc', b'\xff\xfe\x00\xd8\x00', b'a' * 20001):
    for name in ('utf-16', 'utf-16-le', 'utf-16-be'):
        for errors in ('strict', 'replace', 'ignore'):
            try:
                print(name, errors, ascii(data.decode(name, errors)[:10]))
            except UnicodeError as e:
                print(name, errors, type(e).__name__, e.start, e.end, e.reason)
