"""pathlib over the os module: pure paths, globbing, reading and writing."""
import os
import pathlib

P = pathlib.PurePosixPath


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, str(e).replace(base, 'BASE'))


base = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'pathlib')
for text in '/a/b.tar.gz', 'a/./b/../c', '', '/', 'x', '.hidden', '//a', 'é/中.txt':
    p = P(text)
    print(repr(p), str(p), p.name, p.stem, p.suffix, p.suffixes, p.parent, p.parts, p.is_absolute(), p.anchor, p.root)
print(P('a') / 'b' / P('c'), 'x' / P('y'), P('a') / '/b', P('a', 'b', 'c'), P('a/b').joinpath('c', 'd'), P('/a/b/c').relative_to('/a'), P('a/b.txt').with_suffix('.md'), P('a/b.txt').with_name('c'), P('a/b').with_stem('z'), list(P('/a/b/c').parents), P('a/b.py').match('*.py'), P('a') == P('a/'), P('a') < P('b'), hash(P('a')) == hash(P('./a')), P('a').as_posix(), bytes(P('é')), P('/a').as_uri(), P('/a b').as_uri())
show(lambda: P('/a').relative_to('/b'))
show(lambda: P('a').with_suffix('x'))
show(lambda: P('').with_name('x'))
show(lambda: P('a').with_name('b/c'))
show(lambda: P(5))
show(lambda: P('a') / 5)
show(lambda: P('a').as_uri())
show(lambda: P('a') < 'b')
show(lambda: P('a').name.nope)
root = pathlib.Path(base)
root.mkdir()
(root / 'sub' / 'deep').mkdir(parents=True)
for name in 'one.txt', 'two.py', 'sub/three.txt', 'sub/deep/four.txt':
    print((root / name).write_text(name, encoding='utf-8'), end=' ')
print()
print(sorted(p.name for p in root.iterdir()), sorted(p.relative_to(root).as_posix() for p in root.glob('**/*.txt')), sorted(p.name for p in root.rglob('*')), [p.name for p in root.glob('*.py')])
f = root / 'one.txt'
print(f.read_text(), f.read_bytes(), f.exists(), f.is_file(), f.is_dir(), f.stat().st_size, f.suffix, f.resolve() == f.absolute() or True, f.open().readline() if False else '')
f.rename(root / 'renamed.txt')
show(lambda: f.read_text())
show(lambda: root.mkdir())
show(lambda: root.mkdir(exist_ok=True))
show(lambda: (root / 'x' / 'y').mkdir())
show(lambda: root.rmdir())
show(lambda: (root / 'nope').unlink())
show(lambda: (root / 'nope').unlink(missing_ok=True))
show(lambda: (root / 'nope').stat())
(root / 'touch').touch()
with (root / 'touch').open('w') as g:
    g.write('a\nb\n')
print((root / 'touch').read_text().splitlines(), pathlib.Path('.').resolve() == pathlib.Path.cwd(), pathlib.Path('~').expanduser() == pathlib.Path.home())
import shutil
shutil.rmtree(base)
(root / 'gone').read_text()
