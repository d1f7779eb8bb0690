# `place += text` where the place is an attribute, an item, a global or a closure's cell: the old text must live on where somebody else
# holds it.
text = ''


class Box:
    def __init__(self):
        self.s = ''


class Slots:
    __slots__ = ('s',)


def attribute(n):
    box = Box()
    kept = []
    for i in range(n):
        box.s += 'ab'
        if i % 300 == 150:
            kept.append(box.s)
    return box.s, kept


def alias(n):
    box = Box()
    box.s = 'x' * 60
    other = box.s
    seen = {other: 1}
    for i in range(n):
        box.s += 'y'
        if i == n // 2:
            other = box.s
            seen[other] = 2
    return len(box.s), len(other), sorted(map(len, seen)), seen[other], hash(other) == hash('x' * 60 + 'y' * (n // 2 + 1))


def local_too(n):
    box = Box()
    line = 'start' * 20
    for i in range(n):
        line += '-'
        box.s = line
    line += '!'
    return len(box.s), len(line), box.s[-1], line[-1]


def slots(n):
    o = Slots()
    o.s = ''
    for i in range(n):
        o.s += 'é' if i % 7 == 0 else 'z'
        if i == n // 2:
            o.s += '\u20ac'
    return len(o.s), o.s.count('é'), o.s[-5:]


def items(n):
    a = [''] * 3
    d = {'k': '', 1: ''}
    for i in range(n):
        a[i % 3] += 'c'
        a[-1] += 'd'
        d['k'] += 'zz'
        d[1] += 'q'
    b = a[:]
    a[0] += 'end'
    return [len(x) for x in a], [len(x) for x in b], len(d['k']), len(d[1])


def use_global(n):
    global text
    text = ''
    for i in range(n):
        text += 'gh'
    kept = text
    text += '!'
    return len(kept), len(text)


def cell(n):
    s = ''

    def add(t):
        nonlocal s
        s += t

    for i in range(n):
        add('uv')
    kept = s
    add('?')
    return len(kept), len(s), s[-3:]


def while_iterating(n):
    box = Box()
    box.s = 'abc' * 30
    out = []
    for c in box.s:
        box.s += c
        out.append(c)
    return len(out), len(box.s)


def raising():
    box = Box()
    box.s = 'x' * 100

    def bad():
        raise ValueError(len(box.s))

    for i in range(2000):
        try:
            box.s += 'a' if i % 3 else bad()
        except ValueError:
            pass
    return len(box.s)


class Watched:
    log = 0

    def __setattr__(self, name, value):
        Watched.log += 1
        object.__setattr__(self, name, value)


def watched(n):
    w = Watched()
    w.s = 'w' * 50
    before = w.s
    for i in range(n):
        w.s += '.'
    return Watched.log, len(w.s), len(before)


for _ in range(2):
    s, kept = attribute(3000)
    print(len(s), [len(k) for k in kept], sorted(set(s)))
    print(alias(2000), local_too(2000), slots(2000), items(2000))
    print(use_global(2000), cell(2000), while_iterating(2000), raising(), watched(2000))
