# mmap: files and anonymous memory, as bytes and as a file.
import mmap
import os
import tempfile


def show(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)


with tempfile.TemporaryFile() as f:
    show(mmap.mmap, f.fileno(), 0)
    f.write(b"first line\nsecond line\nthird")
    f.flush()
    with mmap.mmap(f.fileno(), 0) as m:
        print(m, len(m), m[0], m[-1:], m[0:10:3], m[10:0:-4])
        print(m.readline(), m.readline(), m.readline(), m.readline(), m.tell())
        m.seek(0)
        print(m.find(b"line"), m.rfind(b"line"), m.find(b"line", 10), m.find(b"zz"))
        m[0:5] = b"FIRST"
        m[6] = ord("L")
        m.move(0, 11, 6)
        print(m[:], m.read(4), m.read())
        m.seek(-5, os.SEEK_END)
        print(m.write(b"THIRD"), m.flush())
        show(m.write, b"x")
        show(m.__setitem__, slice(0, 2), b"xyz")
        show(m.__setitem__, 0, 300)
        show(m.__getitem__, 1000)
        show(m.seek, 1000)
        m.resize(40)
        print(len(m), m.size(), m[28:])
        view = memoryview(m)
        show(m.resize, 10)
        show(m.close)
        view[0] = 65
        view.release()
        print(next(iter(m)), b"A" in list(m)[:1])
    print(m.closed, m)
    show(m.read)
    f.seek(0)
    print(f.read(6))
    with mmap.mmap(f.fileno(), 10, access=mmap.ACCESS_COPY) as c, mmap.mmap(f.fileno(), 10, access=mmap.ACCESS_READ) as r:
        c[0] = 0
        print(c[0], r[0], memoryview(r).readonly)
        show(r.__setitem__, 0, 1)
        show(r.resize, 5)
    show(mmap.mmap, f.fileno(), 1000)

a = mmap.mmap(-1, 100)
if os.fork() == 0:
    a[:5] = b"child"
    os._exit(0)
os.wait()
print(a[:5])
show(a.madvise, mmap.MADV_DONTNEED, -1)
show(mmap.mmap, -1, -1)
