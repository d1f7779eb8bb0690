"""open() in text modes: universal newlines, encodings, appending, interleaving, print to file, iteration."""
import os
import sys

base = os.environ.get('TMPDIR', '/tmp')
path = os.path.join(base, 'text-file')


def show(f):
    try:
        print(ascii(f()).replace(base, 'BASE'))
    except Exception as e:
        print(type(e).__name__, ascii(str(e)).replace(base, 'BASE'))


with open(path, 'w', encoding='utf-8', newline='') as f:
    f.write('unix\ndos\r\nmac\rlast é中')
for newline in None, '', '\n', '\r', '\r\n':
    with open(path, encoding='utf-8', newline=newline) as f:
        print(repr(newline), [ascii(l) for l in f], f.newlines)
with open(path, encoding='utf-8') as f:
    print(repr(f).replace(base, 'BASE'), f.mode, f.encoding, f.errors, f.readline(), f.readline(2), f.read(3), f.tell() > 0)
    print(ascii(f.read()), repr(f.read()), repr(f.readline()), f.readlines())
with open(path, 'a', encoding='utf-8') as f:
    print(f.tell(), f.write('+more\n'), file=sys.stdout)
    print('printed', 1, 2, file=f)
with open(path, 'r+', encoding='utf-8') as f:
    first = f.readline()
    f.seek(0)
    f.write('UNIX')
    f.seek(0)
    print(repr(f.readline()))
    f.seek(0, 2)
    f.write('end')
with open(path, encoding='utf-8') as f:
    print(ascii(f.read()))
with open(path, 'w+', encoding='utf-16') as f:
    f.write('sixteen\n')
    f.write('more')
    f.seek(0)
    print(f.read().split())
with open(path, 'rb') as f:
    print(f.read(8))
with open(path, 'w', encoding='utf-8-sig') as f:
    f.write('sig')
with open(path, 'a', encoding='utf-8-sig') as f:
    f.write('no second')
with open(path, 'rb') as f:
    print(f.read())
with open(path, 'wb') as f:
    f.write(b'bad \xff bytes\n' * 3)
show(lambda: open(path, encoding='utf-8').read())
show(lambda: open(path, encoding='ascii').readline())
show(lambda: open(path, encoding='utf-8', errors='replace').readline())
show(lambda: open(path, encoding='utf-8', errors='ignore').readline())
show(lambda: open(path, encoding='utf-8', errors='surrogateescape').readline())
show(lambda: open(path, encoding='utf-8', errors='backslashreplace').readline())
show(lambda: open(path, encoding='latin-1').readline())
show(lambda: open(path, encoding='bogus'))
show(lambda: open(path, errors='bogus'))
show(lambda: open(path, newline='q'))
show(lambda: open(path, 'w', encoding='ascii').write('é'))
with open(path, 'w', encoding='utf-8') as f:
    for i in range(3000):
        f.write(f'line {i} é\n')
    show(lambda: f.read())
total = 0
with open(path, encoding='utf-8') as f:
    for n, line in enumerate(f):
        total += len(line)
        if n == 1500:
            show(lambda: f.tell())
    positions = []
    f.seek(0)
    while True:
        positions.append(f.tell())
        if not f.readline():
            break
    f.seek(positions[1234])
    print(f.readline(), end='')
print(n, total, len(positions))
with open(path, 'w') as f:
    f.write('x')
    print(os.path.getsize(path), f.flush(), os.path.getsize(path))
    f.writelines(line for line in ('a\n', 'b\n'))
    show(lambda: f.writelines(['ok', 5]))
print(open(path).read().split('\n')) if False else None
with open(path) as f:
    print(f.readlines(), f.isatty(), f.line_buffering, f.writable(), f.buffer.closed)
show(lambda: f.read())
show(lambda: next(f))
show(lambda: f.__enter__())
with open(path, 'w', buffering=1) as f:
    f.write('half')
    print(os.path.getsize(path), f.line_buffering)
    f.write(' line\n')
    print(os.path.getsize(path))
os.remove(path)
open(path)
