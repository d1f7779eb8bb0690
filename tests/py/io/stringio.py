"""io.StringIO: reading, writing, seeking, newlines, errors, state."""
import io


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


s = io.StringIO('one\ntwo\r\nthree\rfour')
print([s.readline() for _ in range(5)], s.tell())
s.seek(0)
print(s.read(5), s.read(), s.read(), s.getvalue())
for newline in None, '', '\n', '\r', '\r\n':
    s = io.StringIO('a\nb\r\nc\rd', newline=newline)
    print(repr(newline), s.readlines(), repr(s.getvalue()), s.newlines)
    w = io.StringIO(newline=newline)
    w.write('x\ny\r\nz\r')
    print('  ', repr(w.getvalue()), w.newlines)
s = io.StringIO()
print(s.write('abc'), s.tell(), s.seek(1), s.write('é中\U0001f600'), s.getvalue(), s.truncate(2), s.getvalue(), s.tell())
s.seek(10)
s.write('x')
print(repr(s.getvalue()), s.seek(0, 2), s.seek(0, 1), s.closed, s.readable(), s.writable(), s.seekable(), s.line_buffering, s.encoding, s.errors, s.isatty())
show(lambda: s.write(5))
show(lambda: s.write(b'x'))
show(lambda: s.seek(-1))
show(lambda: s.seek(1, 1))
show(lambda: s.seek(1, 5))
show(lambda: s.seek('x'))
show(lambda: s.truncate(-1))
show(lambda: s.read('x'))
show(lambda: s.read(-5))
show(lambda: s.readline(2))
show(lambda: s.fileno())
show(lambda: s.detach())
show(lambda: io.StringIO(5))
show(lambda: io.StringIO('a', newline='x'))
show(lambda: io.StringIO('a', newline=5))
show(lambda: io.StringIO(initial_value='q').read())
show(lambda: list(io.StringIO('x\ny')))
show(lambda: io.StringIO('a\nb\nc').readlines(2))
show(lambda: s.__getstate__()[0][:3])
with io.StringIO('ctx') as c:
    print(c.read())
show(lambda: c.read())
show(lambda: c.closed)
show(lambda: c.getvalue())
show(lambda: next(io.StringIO('')))
s = io.StringIO()
s.writelines(['a', 'b'])
show(lambda: s.writelines([1]))
show(lambda: s.writelines(5))
print(s.getvalue())


class Sub(io.StringIO):
    def write(self, text):
        return super().write(text.upper())


t = Sub()
print('hello', file=t)
print(repr(t.getvalue()), isinstance(t, io.TextIOBase), t.x if hasattr(t, 'x') else 'no x')
t.x = 5
print(t.x)
big = io.StringIO()
for i in range(5000):
    big.write(str(i))
print(len(big.getvalue()), big.getvalue()[-8:])
t.close()
t.write('closed')
