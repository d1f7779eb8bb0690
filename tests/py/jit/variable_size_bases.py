"""Attributes of instances of int, str, bytes and tuple subclasses lie at the end of the cell: hot loads of them, of several shapes at one site."""


class I(int):
    pass


class S(str):
    pass


class B(bytes):
    pass


class T(tuple):
    pass


class P:
    pass


def fill(o, n):
    for i in range(n):
        setattr(o, f'a{i}', i)
    o.method = lambda: n
    o.last = n
    return o


def load(o):
    return o.last + o.a0


def call(o):
    return o.method()


objects = [fill(c(v), n) for n in (1, 3, 30) for c, v in ((I, 10 ** 30), (I, 5), (S, 'text' * 5), (B, b'x' * 40), (T, (1, 2, 3)))]
objects += [fill(P(), 2), fill(P(), 40)]
for mode in ('slots', 'dictionary'):
    print(mode)
    for o in objects:
        total = 0
        for _ in range(300):
            total += load(o) + call(o)
        print(type(o).__name__, total)
    for _ in range(300):
        total += sum(load(o) + call(o) for o in objects)
    print(total)
    print([len(o.__dict__) for o in objects])
