"""A file is closed, and written, as soon as its last reference goes."""
import os
import warnings

warnings.simplefilter('ignore')
path = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'finalize-%d' % os.getpid())


def write(text):
    f = open(path, 'w')
    f.write(text)


write('one')
print(open(path).read())
open(path, 'w').write('two')
print(open(path).read())


def fail():
    f = open(path, 'w')
    f.write('three')
    raise ValueError


try:
    fail()
except ValueError:
    pass
print(open(path).read())


class Holder:
    def __init__(self):
        self.file = open(path, 'w')
        self.file.write('four')


h = Holder()
print(repr(open(path).read()))
del h
print(open(path).read())
f = open(path, 'wb', buffering=100000)
f.write(b'five')
g = f
del f
print(os.path.getsize(path))
del g
print(os.path.getsize(path))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    open(path).read(1)
    print([str(w.message).split(' ')[0] + ' ' + w.category.__name__ for w in caught])
os.remove(path)
