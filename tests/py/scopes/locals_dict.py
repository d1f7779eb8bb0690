"""locals(), vars(), dir() and frames' f_locals in functions, classes, comprehensions, generators."""
import sys


def f(a, b=2, *c, d, **e):
    x = a
    if False:
        never = 1
    inner = lambda: x
    result = dict(locals())
    del x
    return result, sorted(locals())


r, after = f(1, d=4, z=5)
r.pop('inner')
print(r, after)


def snapshot():
    first = locals()
    x = 1
    second = locals()
    return first is second, sorted(first)


print(snapshot())


def write():
    x = 1
    locals()['x'] = 100
    locals()['new'] = 5
    return x, 'new' in locals()


print(write())
print([sorted(locals()) for i in range(1)], (lambda q, w=1: locals())(5))


def gen(n):
    m = n * 2
    yield sorted(locals())
    k = 3
    yield sorted(locals())


print(list(gen(1)))


class C:
    a = 1
    b = sorted(k for k in locals() if not k.startswith('_'))

    def m(self):
        return locals() == {'self': self}


print(C.b, C().m(), vars(C)['a'], dir() == sorted(globals()))


def cells():
    x = 1
    y = 2

    def g():
        return x, sorted(locals())
    return g(), sorted(k for k in locals())


print(cells())


def frame_view():
    x = 1
    f = sys._getframe()
    before = dict(f.f_locals)
    x = 2
    after = dict(f.f_locals)
    return before['x'], after['x'], sorted(k for k in after if len(k) == 1)


print(frame_view())


def except_names():
    try:
        1 / 0
    except ZeroDivisionError as e:
        inside = 'e' in locals()
    return inside, 'e' in locals()


print(except_names())


def many():
    a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = a8 = a9 = 0
    return ''.join(locals())


print(many())


def del_in_locals():
    x = 1
    del x
    return locals()


print(del_in_locals())
vars(5)
