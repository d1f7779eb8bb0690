"""Reading and writing a file, bytes and text."""
import os

path = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'smoke-%d.txt' % os.getpid())
with open(path, 'w', encoding='utf-8') as f:
    print('first line', file=f)
    f.write('second\n')
    f.writelines(['third é\n', 'last'])
    print(f.tell() > 0, f.closed, f.mode, f.encoding)
print(f.closed)
with open(path, encoding='utf-8') as f:
    print(f.readline(), end='')
    print([line.rstrip() for line in f])
with open(path, 'rb') as f:
    data = f.read()
    print(len(data), data[:10], f.seek(0), f.read(5))
with open(path, 'a') as f:
    f.write('!')
print(open(path, encoding='utf-8').read().splitlines()[-1])
os.remove(path)
print(os.path.exists(path))
try:
    open(path)
except FileNotFoundError as e:
    print(e.errno, e.strerror, e.filename == path)
