"""os.path, os.fspath, fsencode and environment variables."""
import os
import os.path as p


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


for path in '/a/b/c.txt', 'a/b/', 'a', '', '/', '//', '///a', 'a.b.c', '.hidden', '..', 'a/.b.c', '/a//b/../c/./d', 'a/..', '../a', './a', 'é/中.x', 'a.', '.a.b', '//host/x':
    print(path, p.split(path), p.dirname(path), p.basename(path), p.splitext(path), p.normpath(path), p.isabs(path), p.splitdrive(path))
print(p.join('a', 'b'), p.join('a/', 'b'), p.join('a', '/b'), p.join('a', '', 'b'), p.join('a', ''), p.join('', 'a'), p.join('/', 'a'), p.join(b'a', b'b'), p.join('a'))
print(p.commonprefix(['abc', 'abd']), p.commonpath(['/a/b/c', '/a/b/d']), p.commonpath(['a/b', 'a']), p.relpath('/a/b', '/a/c'), p.relpath('/a', '/'), p.expanduser('~nobodyhere/x'), p.expandvars('$NOPE ${NOPE} $$') )
os.environ['TESTVAR'] = 'value'
print(p.expandvars('$TESTVAR/${TESTVAR}x$TESTVARx'), os.environ['TESTVAR'], os.getenv('TESTVAR'), os.getenv('NOPE', 'default'), 'TESTVAR' in os.environ, os.environb[b'TESTVAR'], os.environ.get('NOPE'))
os.environ['HOME'] = '/home/tester'
print(p.expanduser('~'), p.expanduser('~/x'), p.expanduser('a~'))
del os.environ['TESTVAR']
show(lambda: os.environ['TESTVAR'])
show(lambda: os.environ.__setitem__('A', 5))
show(lambda: os.environ.__setitem__(5, 'a'))
show(lambda: os.environ.__setitem__('A=B', 'a'))
show(lambda: os.environ.__setitem__('A\0', 'a'))
show(lambda: os.putenv('', 'x'))
show(lambda: os.unsetenv('A=B'))
show(lambda: p.join('a', b'b'))
show(lambda: p.join('a', 5))
show(lambda: p.join(5))
show(lambda: p.join())
show(lambda: p.split(5))
show(lambda: p.commonpath([]))
show(lambda: p.commonpath(['/a', 'b']))
show(lambda: p.commonpath(['a', b'b']))
show(lambda: p.relpath(''))
show(lambda: p.exists(None))
show(lambda: p.exists(b'/'))
show(lambda: p.exists('a\0b'))
show(lambda: p.isfile('/etc/passwd') and p.isdir('/etc'))
show(lambda: p.getsize('/no/such'))
show(lambda: p.samefile('/', '/no/such'))


class Path:
    def __init__(self, v):
        self.v = v

    def __fspath__(self):
        return self.v


show(lambda: os.fspath(Path('x/y')))
show(lambda: os.fspath(Path(b'x')))
show(lambda: os.fspath(Path(5)))
show(lambda: os.fspath(5))
show(lambda: os.fsencode('é\udcff'))
show(lambda: ascii(os.fsdecode(b'\xc3\xa9\xff')))
show(lambda: os.fsencode(5))
show(lambda: p.join(Path('a'), 'b'))
show(lambda: open(Path('/dev/null')).read())
show(lambda: isinstance(Path('x'), os.PathLike))
show(lambda: os.strerror(2))
show(lambda: os.strerror(99999))
show(lambda: os.getpid() == os.getpid() and os.getppid() > 0)
show(lambda: os.cpu_count() > 0)
show(lambda: os.uname().sysname)
show(lambda: os.get_terminal_size(os.open('/dev/null', os.O_RDONLY)))
show(lambda: len(os.urandom(5)))
show(lambda: os.urandom(-1))
show(lambda: os.path.lexists('/'))
show(lambda: os.getlogin() and 0 if False else 0)
show(lambda: os.cpu_count.__name__)
show(lambda: os.stat_result(range(10)).st_size)
show(lambda: os.stat_result([1]))
show(lambda: os.times().user >= 0)
show(lambda: os.terminal_size((80, 24)))
print(sorted(os.path.supports_unicode_filenames.__class__.__name__), os.supports_follow_symlinks >= {os.stat})
os.fspath(None)
