# posix: files, directories, descriptors and processes by the module's own functions.
import posix
import tempfile

d = tempfile.mkdtemp()
fd = posix.open(d + '/f', posix.O_CREAT | posix.O_RDWR, 0o644)
print(posix.write(fd, b'hello world'), posix.lseek(fd, 0, 0), posix.read(fd, 5), posix.pread(fd, 3, 6), posix.pwrite(fd, b'HH', 0),
      posix.fstat(fd).st_size)
posix.symlink('f', d + '/l')
posix.link(d + '/f', d + '/h')
posix.mkfifo(d + '/p')
posix.mkdir(d + '/sub')
posix.rename(d + '/h', d + '/g')
print(sorted(posix.listdir(d)), sorted(posix.listdir(d.encode())), posix.readlink(d + '/l'))
for e in sorted(posix.scandir(d), key=lambda e: e.name):
    print(e, e.is_dir(), e.is_file(), e.is_symlink(), e.is_file(follow_symlinks=False), e.inode() == posix.lstat(e.path).st_ino,
          posix.fspath(e) == d + '/' + e.name)
dir_fd = posix.open(d, posix.O_RDONLY)
with posix.scandir(dir_fd) as it:
    print(sorted((e.path, e.is_dir(), oct(e.stat(follow_symlinks=False).st_mode)) for e in it))
posix.utime(d + '/f', (1.5, 2.25))
s = posix.stat(d + '/f')
print(s.st_atime, s.st_mtime, s.st_mtime_ns, s[8], s.st_nlink, oct(s.st_mode))
posix.utime(d + '/f', ns=(10**18 + 1, 3))
s = posix.stat(d + '/f')
print(s.st_atime_ns, s.st_mtime_ns, s.st_atime)
posix.chmod(d + '/f', 0o600)
posix.truncate(d + '/f', 3)
print(oct(posix.stat(d + '/f').st_mode), posix.pread(fd, 100, 0))
posix.ftruncate(fd, 5)
a, b = bytearray(2), bytearray(9)
print(posix.preadv(fd, [a, b], 0), a, b, posix.pwritev(fd, [b'ab', b'cd'], 1), posix.pread(fd, 9, 0))
posix.lseek(fd, 0, 0)
print(posix.readv(fd, [a]), a, posix.writev(fd, [b'Z', b'Y']), posix.stat('f', dir_fd=dir_fd)[6])
r, w = posix.pipe()
print(posix.get_inheritable(r), posix.get_blocking(r))
log = []
posix.register_at_fork(before=lambda: log.append('b1'), after_in_parent=lambda: log.append('p1'), after_in_child=lambda: posix.write(w, b'c1'))
posix.register_at_fork(before=lambda: log.append('b2'), after_in_parent=lambda: log.append('p2'), after_in_child=lambda: posix.write(w, b'c2'))
pid = posix.fork()
if pid == 0:
    posix._exit(7)
status = posix.waitpid(pid, 0)[1]
print(log, posix.read(r, 10), posix.waitstatus_to_exitcode(status), posix.WIFEXITED(status), posix.WEXITSTATUS(status))
pid = posix.posix_spawn('/bin/sh', ['sh', '-c', 'echo $X; exit 3'], {'X': 'y'}, file_actions=[(posix.POSIX_SPAWN_DUP2, w, 1)])
print(posix.waitstatus_to_exitcode(posix.waitpid(pid, 0)[1]), posix.read(r, 10))
pid = posix.posix_spawnp('true', ['true'], {})
print(posix.waitid(posix.P_PID, pid, posix.WEXITED).si_status, posix.system('exit 5') >> 8)
e = posix.eventfd(3)
posix.eventfd_write(e, 4)
print(posix.eventfd_read(e), posix.sendfile(w, fd, 0, 3), posix.read(r, 5))
m = posix.memfd_create('x')
print(posix.write(m, b'abc'), posix.ctermid(), posix.strerror(2), posix.sysconf('SC_PAGE_SIZE') > 0)
for p in ('a//b/../c', '/..//x/.', '//x', '///x', './..', '../..', 'a/b/../../..', '/a/../..', '..', '../a/..'):
    print(p, posix._path_normpath(p))
for name in ('l', 'g', 'p', 'f'):
    posix.unlink(d + '/' + name)
try:
    posix.rmdir(d)
except OSError as x:
    print(x.errno, x.strerror, x.filename == d)
posix.rmdir(d + '/sub')
posix.rmdir(d)
print(posix.stat_result(range(10)), posix.stat_result.n_fields, posix.stat_result.n_unnamed_fields, posix.stat_result.__match_args__)
