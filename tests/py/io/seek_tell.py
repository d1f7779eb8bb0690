"""Seeking and telling in binary and text files of every kind, with reads and writes interleaved."""
import io
import os

path = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'seek')


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


model = bytearray()
at = 0
seed = 3


def rnd(n):
    global seed
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return (seed >> 8) % n


for factory in (lambda: open(path, 'w+b'), lambda: open(path, 'w+b', buffering=0), lambda: open(path, 'w+b', buffering=7), lambda: io.BytesIO(), lambda: io.BufferedRandom(io.BytesIO(), 5)):
    f, model, at = factory(), bytearray(), 0
    for _ in range(400):
        action = rnd(6)
        if action == 0:
            at = rnd(60)
            assert f.seek(at) == at
        elif action == 1:
            data = bytes(rnd(256) for _ in range(rnd(12)))
            assert f.write(data) == len(data)
            if data:
                model.extend(b'\0' * (at - len(model)))
                model[at:at + len(data)] = data
                at += len(data)
        elif action == 2:
            n = rnd(15)
            got = f.read(n)
            assert got == bytes(model[at:at + n]), (got, model[at:at + n])
            at += len(got)
        elif action == 3:
            assert f.tell() == at
        elif action == 4 and model:
            at = len(model) - rnd(len(model))
            assert f.seek(at - len(model), 2) == at
        elif rnd(8) == 0:
            n = rnd(50)
            f.truncate(n)
            model.extend(b'\0' * (n - len(model)))
            del model[n:]
    f.seek(0)
    assert f.read() == bytes(model)
    print(type(f).__name__, len(model), sum(model))
    f.close()
text = 'line é\r\nsecond 中\nthird\rfourth \U0001f600 end'
for newline in None, '', '\n':
    with open(path, 'w', encoding='utf-8', newline='') as f:
        f.write(text)
    with open(path, encoding='utf-8', newline=newline) as f:
        places, chars = [], []
        while True:
            places.append(f.tell())
            c = f.read(1)
            if not c:
                break
            chars.append(c)
        whole = ''.join(chars)
        for k in (0, 5, 9, len(chars) - 3, len(chars)):
            f.seek(places[k])
            assert f.read() == whole[k:], k
        print(repr(newline), len(chars), len(set(places)) == len(places), ascii(whole))
for enc in 'utf-16', 'utf-8-sig', 'utf-32-be', 'latin-1':
    with open(path, 'w+', encoding=enc) as f:
        f.write('abc')
        p = f.tell()
        f.write('defé')
        f.seek(p)
        rest = f.read()
        f.seek(0)
        print(enc, rest, f.read(), f.seek(0, 2) == os.path.getsize(path))
with open(path, 'w+') as f:
    f.write('0123456789')
    f.seek(3)
    print(f.read(2), f.tell())
    f.write('XX')
    f.seek(0)
    print(f.read(), f.seek(4), f.truncate(), f.seek(0), f.read())
    for g in (lambda: f.seek(1, 1), lambda: f.seek(-1, 2), lambda: f.seek(-1), lambda: f.seek(0, 1), lambda: f.seek(0, 5), lambda: f.seek(1.5), lambda: f.truncate(-1)):
        show(g)
with open(path, 'a+') as f:
    print(f.tell(), f.write('!'), f.tell(), f.seek(0), f.read())
with open(path) as f:
    for line in f:
        show(f.tell)
        break
    f.read()
    show(f.tell)
with open(path, 'rb') as f:
    print(f.seek(100), f.read(), f.tell(), f.seek(-2, os.SEEK_CUR), f.seek(0, os.SEEK_END), f.peek() if hasattr(f, 'peek') else '')
    show(lambda: f.seek(-1))
    show(lambda: f.seek(0, 9))
    show(lambda: f.seek(None))
os.remove(path)
f.tell()
