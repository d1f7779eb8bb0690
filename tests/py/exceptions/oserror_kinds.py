"""OSError's subclasses by errno, from constructors and from real failures."""
import errno
import os

for name in 'EPERM ENOENT ESRCH EINTR EIO EBADF ECHILD EAGAIN ENOMEM EACCES EEXIST ENOTDIR EISDIR EINVAL EMFILE ENOSPC EPIPE EDEADLK ECONNREFUSED ECONNRESET ECONNABORTED ETIMEDOUT EALREADY EINPROGRESS EWOULDBLOCK ESHUTDOWN ENOTEMPTY ELOOP ENAMETOOLONG'.split():
    code = getattr(errno, name)
    e = OSError(code, os.strerror(code), 'some/file')
    print(name, code, type(e).__name__, e, errno.errorcode[code])


def show(f):
    try:
        print(f())
    except OSError as e:
        print(type(e).__name__, e.errno, errno.errorcode.get(e.errno), e.strerror, repr(e.filename), repr(e.filename2), str(e))
    except Exception as e:
        print(type(e).__name__, e)


show(lambda: open('/nonexistent'))
show(lambda: open('/'))
show(lambda: open('/etc/passwd/x'))
show(lambda: os.mkdir('/'))
show(lambda: os.rmdir('/'))
show(lambda: os.listdir('/nonexistent'))
show(lambda: os.rename('/nonexistent', '/other'))
show(lambda: os.link('/nonexistent', '/other'))
show(lambda: os.kill(2 ** 22 + 5, 0))
show(lambda: os.read(999, 1))
show(lambda: os.close(-1))
show(lambda: os.stat('x' * 300))
show(lambda: os.stat(b'/nonexistent'))
show(lambda: os.chdir(b'/nonexistent'))
show(lambda: os.readlink('/etc/passwd'))
show(lambda: os.waitpid(-1, os.WNOHANG))
show(lambda: os.execv('/nonexistent', ['x']))
show(lambda: os.lseek(0, -5, 99))
show(lambda: os.open('/nonexistent', 0, dir_fd=None))
show(lambda: os.scandir('/nonexistent'))
show(lambda: os.stat('nope', dir_fd=os.open('/', os.O_RDONLY)))
for args in [(), (2,), (2, 'a'), (2, 'a', 'b'), (2, 'a', None), (2, 'a', 'b', None, 'c'), (2, 'a', 5), (2, 'a', b'x'), (2, 'a', 'b', 'c', 'd', 'e'), ('x', 'y'), (2.0, 'a'), (2, 5), (None, 'a'), (2, 'a', 'b', 5, None), ([2], 'a')]:
    try:
        e = OSError(*args)
        print(args, type(e).__name__, e.errno, e.strerror, e.filename, e.filename2, e.args, str(e))
    except TypeError as err:
        print(args, err)
for kind in FileNotFoundError, BlockingIOError, ConnectionError, BrokenPipeError, InterruptedError, TimeoutError:
    print(kind(1, 'x'), kind('x'), kind().errno, kind.__mro__[1].__name__, kind is type(kind(errno.EEXIST, 'x')))
b = BlockingIOError(11, 'x', 7)
print(b.characters_written, b.filename)
b.characters_written = 9
print(b.characters_written)
for bad in 'x', None:
    show(lambda: setattr(b, 'characters_written', bad))
del b.characters_written
show(lambda: b.characters_written)
e = OSError(2, 'a', 'b')
e.errno, e.strerror, e.filename = 13, 'changed', 'f'
print(e, type(e).__name__, e.args, e.__reduce__()[1:])


class Sub(OSError):
    pass


class Init(OSError):
    def __init__(self, a, b):
        self.a = a


print(type(Sub(2, 'x')).__name__, Sub(2, 'x', 'f'), Init(2, 'y').errno, Init(2, 'y').args, IOError is OSError, EnvironmentError is OSError)
os.remove('/nonexistent/file')
