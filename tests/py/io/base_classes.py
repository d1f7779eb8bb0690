"""Deriving from io.RawIOBase, BufferedIOBase, TextIOBase, IOBase; what the bases supply."""
import io


class Raw(io.RawIOBase):
    def __init__(self, data=b'', chunk=3):
        self.data, self.position, self.chunk, self.written = data, 0, chunk, []

    def readable(self):
        return True

    def writable(self):
        return True

    def readinto(self, b):
        part = self.data[self.position:self.position + min(len(b), self.chunk)]
        b[:len(part)] = part
        self.position += len(part)
        return len(part)

    def write(self, b):
        part = bytes(b[:self.chunk])
        self.written.append(part)
        return len(part)

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        self.position = offset if whence == 0 else self.position + offset if whence == 1 else len(self.data) + offset
        return self.position


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


r = Raw(b'hello world\nsecond')
print(r.read(2), r.read(100), r.readall(), r.read(1), r.readline(), r.tell(), r.seek(0), r.readline(), r.readlines())
b = io.BufferedReader(Raw(b'hello world\nsecond line\n'))
print(b.read(7), b.readline(), b.peek(3)[:3], b.read1(2), b.read(), b.tell(), b.seek(3), b.read(4))
w = io.BufferedWriter(Raw(chunk=4), 8)
print(w.write(b'0123456789abc'), w.flush(), w.raw.written)
t = io.TextIOWrapper(io.BufferedReader(Raw('é中 text\nline'.encode(), 1)), encoding='utf-8')
print(list(t))


class NonBlocking(Raw):
    def readinto(self, b):
        return None

    def write(self, b):
        return None


show(lambda: NonBlocking().read(5))
show(lambda: io.BufferedReader(NonBlocking()).read(5))
show(lambda: io.BufferedReader(NonBlocking()).read())
show(lambda: io.BufferedWriter(NonBlocking(), 4).write(b'longer than four'))


class Failing(Raw):
    def readinto(self, b):
        raise OSError('read failed')

    def write(self, b):
        raise OSError('write failed')


show(lambda: Failing().read())
show(lambda: io.BufferedReader(Failing()).read(3))
f = io.BufferedWriter(Failing())
show(lambda: f.write(b'buffered'))
show(lambda: f.flush())
show(lambda: f.close())
print(f.closed)


class BadCount(Raw):
    def readinto(self, b):
        return 999

    def write(self, b):
        return -1


show(lambda: io.BufferedWriter(BadCount(), 4).write(b'xxxxxxxx'))
base = io.IOBase()
for name, args in [('read', ()), ('readline', ()), ('seek', (0,)), ('tell', ()), ('truncate', ()), ('fileno', ()), ('flush', ()), ('isatty', ()), ('readable', ()), ('writable', ()), ('seekable', ()), ('close', ()), ('readlines', ()), ('writelines', ([b''],))]:
    show(lambda: getattr(io.IOBase(), name)(*args))
show(lambda: io.RawIOBase().read())
show(lambda: io.BufferedIOBase().read())
show(lambda: io.BufferedIOBase().write(b''))
show(lambda: io.TextIOBase().read())
show(lambda: io.TextIOBase().encoding)
print(issubclass(io.FileIO, io.RawIOBase), issubclass(io.StringIO, io.TextIOBase), isinstance(io.BytesIO(), io.IOBase), io.DEFAULT_BUFFER_SIZE, io.SEEK_END, io.UnsupportedOperation.__mro__[1:3])


class Closing(io.RawIOBase):
    def close(self):
        if not self.closed:
            print('closing')
        super().close()


c = Closing()
with c:
    pass
c.close()
del c
Closing()
print('dropped')


class TextSink(io.TextIOBase):
    def __init__(self):
        self.parts = []

    def write(self, s):
        self.parts.append(s)
        return len(s)


sink = TextSink()
print('to', 'sink', file=sink)
sink.writelines(['a', 'b'])
print(sink.parts)
io.IOBase().read(1)
