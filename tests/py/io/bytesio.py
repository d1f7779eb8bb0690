"""io.BytesIO: reading, writing, seeking, views, errors."""
import io


def show(f):
    try:
        r = f()
        print(repr(r) if ' at 0x' not in repr(r) else type(r).__name__)
    except Exception as e:
        print(type(e).__name__, e)


b = io.BytesIO(b'one\ntwo\r\nthree')
print(b.readline(), b.read(2), b.readlines(), b.read(), b.tell(), b.seek(0), b.readline(2), b.read1(3), b.peek(1) if hasattr(b, 'peek') else '')
buf = bytearray(4)
print(b.seek(0), b.readinto(buf), buf, b.readinto1(buf), buf)
b = io.BytesIO()
print(b.write(b'abc'), b.write(bytearray(b'de')), b.write(memoryview(b'f')), b.getvalue(), b.seek(2), b.write(b'XX'), b.getvalue(), b.truncate(4), b.getvalue())
b.seek(8)
b.write(b'!')
print(b.getvalue(), b.seek(-2, 2), b.read(), b.seek(-1, 1), b.readable(), b.writable(), b.seekable(), b.isatty(), b.closed)
view = b.getbuffer()
print(bytes(view), len(view), view.readonly)
view[0] = 65
print(b.getvalue())
show(lambda: b.write(b'resize' * 10))
show(lambda: b.truncate(0))
show(lambda: b.close())
view.release()
print(b.closed, b.write(b'ok'))
show(lambda: b.write('text'))
show(lambda: b.write(5))
show(lambda: b.write([1, 2]))
show(lambda: b.seek(-1))
show(lambda: b.seek(0, 9))
show(lambda: b.seek(1.5))
show(lambda: b.read('x'))
show(lambda: b.readinto(b'immutable'))
show(lambda: b.truncate(-1))
show(lambda: b.fileno())
show(lambda: b.detach())
show(lambda: io.BytesIO('text'))
show(lambda: io.BytesIO(5))
show(lambda: io.BytesIO(initial_bytes=b'q').read())
show(lambda: io.BytesIO([1, 2]).read())
show(lambda: list(io.BytesIO(b'a\nb')))
show(lambda: io.BytesIO(b'a\nb\nc').readlines(2))
b.close()
for f in (lambda: b.read(), lambda: b.write(b''), lambda: b.tell(), lambda: b.seek(0), lambda: b.getvalue(), lambda: b.getbuffer(), lambda: next(b), lambda: b.__enter__(), lambda: b.close(), lambda: b.readable()):
    show(f)


class Sub(io.BytesIO):
    pass


s = Sub(b'x')
s.attr = 1
print(s.read(), s.attr, isinstance(s, io.BufferedIOBase), s.__getstate__()[:2])
w = io.BufferedWriter(io.BytesIO(), 4)
print(w.write(b'123456'), w.raw.getvalue(), w.flush(), w.raw.getvalue())
r = io.BufferedReader(io.BytesIO(b'abcdefgh'), 4)
print(r.peek(1), r.read(1), r.read1(10), r.tell(), r.seek(0), r.read())
rw = io.BufferedRandom(io.BytesIO(b'abcdef'))
print(rw.read(2), rw.write(b'XY'), rw.seek(0), rw.read())
pair = io.BufferedRWPair(io.BytesIO(b'in'), io.BytesIO())
print(pair.read(), pair.write(b'out'), pair.flush())
show(lambda: io.BufferedReader(io.BytesIO(), 0))
show(lambda: io.BufferedReader(5))
show(lambda: io.BufferedReader(io.StringIO()).read())
w.detach()
w.write(b'x')
