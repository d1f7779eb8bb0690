"""print: separators, ends, files, flushing, objects that misbehave."""
import io
import sys

print()
print('a', 1, None, [2], sep='-', end='!\n')
print('a', 'b', sep='')
print('a', 'b', sep=None, end=None)
print(*range(5), sep=', ')
buffer = io.StringIO()
print('to buffer', 5, file=buffer, end='')
print(repr(buffer.getvalue()))


class Writer:
    def __init__(self):
        self.parts = []

    def write(self, s):
        self.parts.append(s)


w = Writer()
print('x', 2, file=w)
print(w.parts)
try:
    print('x', file=w, flush=True)
except AttributeError as e:
    print(e)


class Flushing(Writer):
    flushed = 0

    def flush(self):
        self.flushed += 1


f = Flushing()
print(1, 2, sep='/', file=f, flush=True)
print(f.parts, f.flushed)


class BadStr:
    def __str__(self):
        return 5


class RaisingStr:
    def __str__(self):
        raise KeyError('inside str')


for x in BadStr(), RaisingStr():
    try:
        print('before', x, 'after')
    except Exception as e:
        print()
        print(type(e).__name__, e)
for kwargs in {'sep': 1}, {'end': 2}, {'file': object()}, {'wrong': 3}, {'sep': b' '}:
    try:
        print('a', 'b', **kwargs)
    except Exception as e:
        print(type(e).__name__, e)
old = sys.stdout
sys.stdout = None
print('goes nowhere')
sys.stdout = old
sys.stdout = w2 = Writer()
print('captured')
sys.stdout = old
print(w2.parts)
del sys.stdout
try:
    print('lost')
except RuntimeError as e:
    sys.stdout = old
    print(e)
sys.stdout = 5
print('x')
