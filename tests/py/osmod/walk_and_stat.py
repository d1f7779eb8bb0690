"""Trees of files: sizes, sorting, filtering, symbolic loops, permissions, bytes paths, descriptors of folders."""
import os
import stat

base = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'walk')
for path, size in ('a/one.txt', 10), ('a/b/two.txt', 200), ('a/b/c/three.bin', 3000), ('z/four', 4), ('é/中.txt', 5), ('empty/.keep', 0):
    full = os.path.join(base, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, 'wb') as f:
        f.write(b'x' * size)
os.symlink('../a', os.path.join(base, 'z', 'loop'))
os.symlink('.', os.path.join(base, 'a', 'self'))


def tree(path, indent=''):
    with os.scandir(path) as entries:
        for e in sorted(entries, key=lambda e: e.name):
            kind = 'link' if e.is_symlink() else 'dir' if e.is_dir() else 'file'
            print(f'{indent}{e.name} {kind} {e.stat(follow_symlinks=False).st_size if kind == "file" else ""}')
            if kind == 'dir':
                tree(e.path, indent + '  ')


tree(base)
sizes = {}
for folder, names, files in os.walk(base):
    names.sort()
    sizes[os.path.relpath(folder, base)] = sum(os.path.getsize(os.path.join(folder, f)) for f in files)
print(sizes)
pruned = []
for folder, names, files in os.walk(base):
    names[:] = sorted(n for n in names if n != 'b')
    pruned.append(os.path.relpath(folder, base))
print(pruned)
print(sorted(os.path.relpath(f, base) for f, _, _ in os.walk(base, followlinks=False)), len(list(os.walk(base + '/nope'))), sum(1 for _ in os.walk(base, topdown=False)))
errors = []
list(os.walk(base + '/nope', onerror=errors.append))
print([type(e).__name__ for e in errors])
print(sorted(os.listdir(os.fsencode(base))), os.path.isdir(os.fsencode(base)), [type(n).__name__ for n in os.listdir(b'/')][:1])
s = os.stat(os.path.join(base, 'a/one.txt'))
print(stat.S_ISREG(s.st_mode), s.st_size, s.st_nlink, s[stat.ST_SIZE], stat.S_ISDIR(os.stat(base).st_mode), stat.S_ISLNK(os.lstat(os.path.join(base, 'z/loop')).st_mode), os.path.islink(os.path.join(base, 'z/loop')), os.path.isdir(os.path.join(base, 'z/loop')), type(s).__name__, repr(s).split('(')[0])
for mode in 0o755, 0o644, 0o4755, 0o1777, 0o000, 0o2070:
    print(oct(mode), stat.filemode(stat.S_IFREG | mode), stat.filemode(stat.S_IFDIR | mode), oct(stat.S_IMODE(stat.S_IFREG | mode)), end='; ')
print()
fd = os.open(base, os.O_RDONLY)
print(sorted(os.listdir(fd)), os.stat('z/four', dir_fd=fd).st_size, sorted(n for n, in [(e.name,) for e in os.scandir(fd)]), os.access('z/four', os.R_OK, dir_fd=fd), os.readlink('z/loop', dir_fd=fd))
os.mkdir('made', dir_fd=fd)
os.rename('made', 'moved', src_dir_fd=fd, dst_dir_fd=fd)
os.rmdir('moved', dir_fd=fd)
for root, dirs, files, dirfd in os.fwalk('.', dir_fd=fd):
    if root == '.':
        print(sorted(dirs))
os.fchdir(fd)
os.close(fd)
print(os.path.samefile('.', base), os.path.realpath('z/loop/b') == os.path.join(os.path.realpath(base), 'a/b'), os.path.relpath('a/b', 'z'), os.path.commonpath([base + '/a/b', base + '/a']) == base + '/a')
e = next(os.scandir('empty'))
print(e.name, e.path, e.is_file(), e.is_dir(), e.stat().st_size, repr(e), isinstance(e, os.DirEntry), os.fspath(e))
for f in (lambda: os.DirEntry(), lambda: e.nope, lambda: setattr(e, 'name', 'x'), lambda: os.scandir(5.5), lambda: os.listdir(999), lambda: os.walk(), lambda: next(os.walk(5)), lambda: os.stat('z/four', dir_fd='x'), lambda: os.stat(0, dir_fd=0), lambda: os.chmod('nope', 0o600), lambda: os.stat('z/loop/self/self/one.txt').st_size, lambda: os.removedirs('a'), lambda: os.replace('a', 'z/four'), lambda: os.rename('z/four', 'a'), lambda: os.link('a', 'b')):
    try:
        print(f())
    except Exception as err:
        print(type(err).__name__, err)
import shutil
print(shutil.disk_usage('/').total > 0, shutil.which('sh') is not None, shutil.which('no-such-command'), shutil.ignore_patterns('*.bin')('x', ['a.bin', 'b']))
os.chdir('/')
shutil.rmtree(base)
shutil.rmtree(base)
