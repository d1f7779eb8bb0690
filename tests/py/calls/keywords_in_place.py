# Calls with keywords that are run often, of functions that change meanwhile.
import sys


def f(a, b=2, c=3, *, d, e=5):
    return a, b, c, d, e


def g(a, b=2, c=3):
    return a, b, c


def h(*, only):
    return only


def closed(n):
    def inner(a, b=4):
        return a, b, n
    return inner


def gen(a, b=1):
    yield a
    yield b


class C:
    def method(self, x, y=1):
        return self.name, x, y

    name = 'c'


def run(times):
    o = C()
    k = closed(7)
    for i in range(times):
        r = (g(1, c=i), g(a=i, b=0), g(i, b=1, c=2), g(c=1, b=2, a=i), f(1, d=4, e=i), h(only=i), k(b=i, a=0), k(a=i),
             o.method(x=i), o.method(i, y=2), C.method(o, y=i, x=3), list(gen(b=2, a=i)))
    return r


print(run(3000))
g.__defaults__ = (20, 30)
print(run(10))
g.__defaults__ = (30,)
try:
    run(10)
except TypeError as e:
    print(e)
g.__defaults__ = (1, 2, 3)
print(run(10))
g.__defaults__ = None
try:
    run(10)
except TypeError as e:
    print(e)
g.__defaults__ = (2, 3)
kept = g.__code__
g.__code__ = (lambda a, c=5, b=6: ('other', c, b, a)).__code__
print(run(10))
g.__code__ = kept
print(run(3000)[:4])
h.__kwdefaults__ = {'only': 9}
print(run(3000)[5], h())


def poly(functions, times):
    for _ in range(times):
        r = [fn(1, b=2) for fn in functions]
    return r


print(poly([g, closed(1), closed(2)], 2000))
print(poly([g, closed(1), lambda a, **kw: (a, kw), lambda *a, **kw: (a, kw), lambda x, b: (b, x), dict.__class__ and
            (lambda a, b: a - b)], 500))


def wrong(fn, times):
    said = None
    for _ in range(times):
        try:
            fn(1, b=2)
        except TypeError as e:
            said = str(e).replace(fn.__qualname__, 'it')
    return said


print(wrong(g, 3000))
for fn in (lambda b: 1, lambda a: 1, lambda b, a: 1, lambda a, b, c: 1, lambda a, /, b, *, z: 1, lambda a, b, /: 1):
    print(wrong(fn, 20))


class Held:
    alive = 0

    def __init__(self):
        Held.alive += 1

    def __del__(self):
        Held.alive -= 1


def lets_go(a, b):
    del a
    n = Held.alive
    del b
    return n, Held.alive


def dies(times):
    for _ in range(times):
        r = lets_go(b=Held(), a=Held())
    return r, Held.alive


print(dies(3000))


def deep(n, step):
    return deep(n - step, step=step) if n > 0 else n


print([deep(300, step=1) for _ in range(20)][-1])
try:
    deep(10**6, step=1)
except RecursionError:
    print('too deep')


def tracer(frame, event, arg):
    if event == 'call' and frame.f_code.co_name == 'g':
        events.append(frame.f_locals.copy())


events = []


def traced(times):
    for i in range(times):
        if i == times - 2:
            sys.settrace(tracer)
        r = g(i, c=1)
    sys.settrace(None)
    return r


print(traced(3000), events)
print(max([3, 1, 2], key=lambda x: -x), sorted('bca', reverse=True), int('11', base=2))


class M:
    entered = 0

    def __enter__(self):
        self.entered += 1
        if self.entered == 5:
            raise KeyError('enter')
        return self, self.entered

    def __exit__(self, kind, value, tb):
        self.last = kind and kind.__name__
        return kind is ValueError


def with_it(times):
    seen = []
    for i in range(times):
        m = M()
        for k in range(6):
            try:
                with m as (same, n):
                    if k == 2:
                        raise ValueError
                    if k == 3:
                        raise OSError
                seen = same is m, n, m.last
            except (KeyError, OSError) as e:
                seen += type(e).__name__, m.last, e.__traceback__.tb_next is None
    return seen


print(with_it(500))
M.__enter__ = lambda self: (self, 'new')
print(with_it(10))
M.__exit__ = lambda self, *args: True
try:
    print(with_it(10))
except AttributeError as e:
    print(e)
del M.__exit__
try:
    with_it(1)
except TypeError as e:
    print(e)


class Generates:
    def __enter__(self):
        yield 1

    def __exit__(self, *args):
        pass


with Generates() as made:
    print(list(made))
