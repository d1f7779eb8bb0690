"""os: files, folders, links, permissions, walking, renaming, errors."""
import os
import stat

base = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'dirs')
os.mkdir(base)
os.chdir(base)


def show(f):
    try:
        print(repr(f()))
    except OSError as e:
        print(type(e).__name__, e.errno, str(e).replace(base, 'BASE'))
    except Exception as e:
        print(type(e).__name__, str(e).replace(base, 'BASE'))


os.makedirs('a/b/c')
for name in 'a/1', 'a/b/2', 'a/b/c/3', 'top':
    with open(name, 'w') as f:
        f.write(name)
print([(p, sorted(d), sorted(f)) for p, d, f in sorted(os.walk('a'))], sorted(os.listdir('.')), sorted(os.listdir(b'a')))
print([p for p, d, f in os.walk('a', topdown=False)], sorted(e.name for e in os.scandir('a') if e.is_file()), sorted((e.name, e.is_dir(), e.is_symlink()) for e in os.scandir('.')))
os.symlink('top', 'link')
os.symlink('nowhere', 'broken')
os.link('top', 'hard')
print(os.readlink('link'), os.path.islink('link'), os.path.exists('broken'), os.path.lexists('broken'), os.stat('top').st_nlink, os.path.samefile('top', 'hard'), os.path.realpath('link') == os.path.join(os.path.realpath(base), 'top'), stat.S_ISLNK(os.lstat('link').st_mode))
os.rename('hard', 'renamed')
os.replace('renamed', 'top2')
print(open('top2').read() if False else os.path.getsize('top2'), os.access('top', os.R_OK), os.access('nope', os.F_OK))
os.chmod('top', 0o600)
print(oct(stat.S_IMODE(os.stat('top').st_mode)), stat.filemode(os.stat('top').st_mode), stat.filemode(os.stat('a').st_mode)[0], os.umask(os.umask(0o22)) == os.umask(0o22))
os.utime('top', (1000, 2000.5))
s = os.stat('top')
print(s.st_atime, s.st_mtime, s.st_mtime_ns, s.st_size, len(s), s[6], os.path.getmtime('top'))
os.truncate('top', 1)
print(os.path.getsize('top'))
for f in (lambda: os.mkdir('a'), lambda: os.makedirs('a/b'), lambda: os.makedirs('a/b', exist_ok=True), lambda: os.rmdir('a'), lambda: os.rmdir('nope'), lambda: os.remove('a'), lambda: os.remove('nope'), lambda: os.rename('nope', 'x'), lambda: os.listdir('top'), lambda: os.listdir('nope'), lambda: os.chdir('nope'), lambda: os.readlink('top'), lambda: os.symlink('x', 'link'), lambda: os.link('nope', 'y'), lambda: os.stat(''), lambda: os.stat('a\0b'), lambda: os.stat(5.5), lambda: os.mkdir('x/y'), lambda: os.scandir('nope'), lambda: os.removedirs('a/b/c'), lambda: os.unlink('broken'), lambda: os.chmod('nope', 0), lambda: os.utime('nope'), lambda: os.utime('top', (1,)), lambda: os.utime('top', times=(1, 2), ns=(3, 4)), lambda: os.truncate('nope', 0), lambda: os.open('a', os.O_WRONLY), lambda: os.mkdir(None), lambda: os.getxattr('top', 'user.x') if False else None):
    show(f)
it = os.scandir('a')
e = next(it)
print(type(e).__name__, repr(e) in ("<DirEntry '1'>", "<DirEntry 'b'>"), e.path.startswith('a/'), e.inode() == os.stat(e.path).st_ino, os.fspath(e) == e.path)
it.close()
print(list(it))
with os.scandir('.') as entries:
    print(len(list(entries)))
os.chdir('a')
print(os.path.basename(os.getcwd()), os.getcwdb().endswith(b'/a'))
os.chdir('..')
import shutil
shutil.copy('top', 'copied')
shutil.copytree('a', 'tree')
shutil.move('tree', 'moved')
print(sorted(os.listdir('moved/b')), shutil.rmtree('moved'), os.path.exists('moved'))
os.removedirs('e/f') if False else os.makedirs('e/f')
os.removedirs('e/f')
print(os.path.exists('e'), os.sep, os.linesep == '\n', os.curdir, os.pardir, os.extsep, os.devnull, os.name)
os.chdir('/')
shutil.rmtree(base)
os.listdir(base)
