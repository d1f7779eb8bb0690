"""Pipes, descriptors, dup, non-blocking reads, os.open flags, sendfile, interleaved layers."""
import io
import os
import threading


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


r, w = os.pipe()
with os.fdopen(w, 'w') as writer, os.fdopen(r) as reader:
    print('line one', file=writer)
    writer.write('partial')
    writer.flush()
    print(reader.readline(), end='')
    writer.close()
    print(reader.read(), reader.read() == '')
    show(lambda: reader.seek(0))
    show(lambda: reader.tell())
    print(reader.seekable())
r, w = os.pipe()
os.set_blocking(r, False)
show(lambda: os.read(r, 5))
f = open(r, 'rb', buffering=0, closefd=False)
show(lambda: f.read(5))
g = open(r, 'rb', closefd=False)
show(lambda: g.read(5))
os.write(w, b'abc')
show(lambda: g.read(10))
os.close(w)
show(lambda: g.read(10))
os.close(r)
r, w = os.pipe()
big = b'x' * 300_000
received = []


def consume():
    with open(r, 'rb') as f:
        received.append(len(f.read()))


t = threading.Thread(target=consume)
t.start()
with open(w, 'wb') as f:
    print(f.write(big))
t.join()
print(received)
r, w = os.pipe()
t = threading.Thread(target=lambda: (os.write(w, 'é\n中'.encode()[:3]), os.write(w, 'é\n中'.encode()[3:]), os.close(w)))
t.start()
t.join()
with open(r, encoding='utf-8') as f:
    print(f.readlines())
path = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'fd-file')
fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640)
print(os.write(fd, b'0123456789'), os.lseek(fd, 2, os.SEEK_SET), os.read(fd, 3), os.pread(fd, 2, 8), os.pwrite(fd, b'AB', 0), os.fstat(fd).st_size, oct(os.fstat(fd).st_mode & 0o777), os.ftruncate(fd, 4), os.fstat(fd).st_size)
d = os.dup(fd)
os.lseek(d, 0, 0)
print(os.read(fd, 10), os.get_inheritable(fd), os.isatty(fd), os.readv(d, [bytearray(1)]), os.writev(d, [b'x', b'yz']), os.path.getsize(path))
show(lambda: os.open(path, os.O_CREAT | os.O_EXCL))
show(lambda: os.close(fd) or os.close(fd))
show(lambda: os.read(fd, 1))
show(lambda: os.write(-1, b''))
show(lambda: os.read(d, -1))
show(lambda: os.lseek(d, -1, 0))
show(lambda: os.dup(9999))
show(lambda: os.fdopen('x'))
show(lambda: os.fdopen(9999))
show(lambda: os.write(d, 'text'))
show(lambda: os.open(path, 'r'))
print(os.dup2(d, d + 5), os.close(d + 5), os.set_inheritable(d, True), os.get_inheritable(d))
with open(d, 'r+') as f:
    print(f.fileno() == d, f.read(), f.buffer.raw.fileno() == d)
show(lambda: os.fstat(d))
with open(path) as f:
    fd = os.dup(f.fileno())
print(os.close(fd), f.closed)
os.unlink(path)
os.stat(path)
