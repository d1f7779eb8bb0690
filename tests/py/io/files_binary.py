"""open() in binary modes: positions, appending, buffering, truncation, exclusive creation, errors."""
import io
import os

base = os.environ.get('TMPDIR', '/tmp')
path = os.path.join(base, 'binary-file')


def show(f):
    try:
        print(repr(f()).replace(base, 'BASE'))
    except Exception as e:
        print(type(e).__name__, str(e).replace(base, 'BASE'))


with open(path, 'wb') as f:
    print(f.write(b'0123456789'), f.tell(), f.name == path, f.mode, type(f).__name__, type(f.raw).__name__, f.raw.mode, f.fileno() > 2, f.readable(), f.seekable())
with open(path, 'rb') as f:
    print(type(f).__name__, f.read(3), f.peek(2)[:2], f.seek(-2, 2), f.read(), f.read(), f.seek(0), f.readinto(bytearray(4)), f.tell())
with open(path, 'r+b') as f:
    print(type(f).__name__, f.read(2), f.write(b'XX'), f.read(2), f.seek(0), f.read(), f.truncate(5), f.seek(0), f.read())
with open(path, 'ab') as f:
    print(f.tell(), f.write(b'appended'), f.seek(0), f.write(b'!'), f.tell())
with open(path, 'a+b') as f:
    print(f.tell(), f.seek(0), f.read(), f.write(b'?'))
print(open(path, 'rb').read() if False else '', os.path.getsize(path))
with open(path, 'w+b', buffering=0) as f:
    print(type(f).__name__, f.write(b'raw'), f.seek(0), f.read(), f.readall(), f.read(5))
with open(path, 'wb', buffering=3) as f:
    f.write(b'ab')
    print(os.path.getsize(path))
    f.write(b'cdef')
    print(os.path.getsize(path) > 0)
show(lambda: open(path, 'xb'))
os.remove(path)
with open(path, 'xb') as f:
    f.write(b'line1\nline2\nline3')
with open(path, 'rb') as f:
    print(list(f), f.seek(0), f.readlines(3), f.readline(), f.seek(2), f.readline(2))
for mode in 'r', 'w', 'x', 'rw', 'rr', 'r+w', 'b', '+', 'tb', 'bt', 'U', 'rU', '', 'q', 'rb+', 'br', 'wb ', 'rbb', 'a+b', '++r':
    if mode in ('w', 'x', 'a+b'):
        continue
    show(lambda: open(path, mode).close())
show(lambda: open(path, 5))
show(lambda: open(path, 'rb', encoding='utf-8'))
show(lambda: open(path, 'rb', errors='strict'))
show(lambda: open(path, 'rb', newline=''))
show(lambda: open(path, 'r', buffering=0))
show(lambda: open(path, 'rb', buffering=-5))
show(lambda: open(base))
show(lambda: open(base, 'w'))
show(lambda: open(base + '/none/x', 'w'))
show(lambda: open(base + '/none'))
show(lambda: open(path + '/x'))
show(lambda: open(''))
show(lambda: open('a\0b'))
show(lambda: open(99999))
show(lambda: open(-1))
show(lambda: open(None))
show(lambda: open(1.5))
show(lambda: open(path, closefd=False))
show(lambda: open(path, opener=lambda p, f: -1))
show(lambda: open(path, opener=lambda p, f: 'x'))
show(lambda: open(path, 'rb', opener=lambda p, f: os.open(p, f)).read(5))
with open(path, 'rb') as f:
    show(lambda: f.write(b'x'))
    show(lambda: f.seek(-1))
    show(lambda: f.read('x'))
    show(lambda: f.truncate())
with open(path, 'wb') as f:
    show(lambda: f.read())
    show(lambda: f.write('text'))
    show(lambda: f.readline())
show(lambda: f.write(b'x'))
show(lambda: f.closed)
show(lambda: f.fileno())
fd = os.open(path, os.O_RDWR)
g = open(fd, 'r+b', closefd=False)
g.write(b'via fd')
g.close()
print(os.pread(fd, 10, 0), g.closed, g.name == fd)
os.close(fd)
show(lambda: io.FileIO(path, 'rb').read())
show(lambda: io.FileIO(path).write(b'x'))
show(lambda: repr(io.FileIO(path, 'r+')))
show(lambda: io.open_code(path).read())
os.remove(path)
with open(path, 'rb') as f:
    pass
