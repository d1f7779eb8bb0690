"""Closures: cells, nonlocal, late binding, loops, deletion, nested classes, recursion."""


def counter(start=0):
    n = start

    def up(by=1):
        nonlocal n
        n += by
        return n

    def get():
        return n
    return up, get


up, get = counter(10)
print(up(), up(5), get(), counter()[0]())
fs = [lambda: i for i in range(3)]
print([f() for f in fs], [f() for f in [lambda i=i: i for i in range(3)]])


def loop():
    out = []
    for i in range(3):
        def f():
            return i
        out.append(f)
    i = 'last'
    return [f() for f in out]


print(loop())


def deep():
    a = 1

    def l1():
        b = 2

        def l2():
            c = 3

            def l3():
                nonlocal a, c
                a += 10
                c += b
                return a, b, c
            return l3(), c
        return l2(), b
    return l1(), a


print(deep())


def args(a, *b, c=3, **d):
    def inner():
        return a, b, c, d
    a += 1
    return inner


print(args(1, 2, c=4, e=5)(), [c.cell_contents for c in args(1, 2).__closure__], args(1).__code__.co_freevars)


def deleted():
    x = 1

    def get():
        return x
    print(get())
    del x
    try:
        get()
    except NameError as e:
        print(e, type(e).__name__)
    x = 2
    return get()


print(deleted())


def recursive(n):
    def fact(k):
        return 1 if k == 0 else k * fact(k - 1)
    return fact(n)


print(recursive(20))


class Outer:
    x = 'class'

    def method(self):
        x = 'method'

        class Inner:
            y = x
            x = 'inner'

            def get(self):
                return x, self.x
        return Inner.y if hasattr(Inner, 'y') else None, Inner().get()


try:
    print(Outer().method())
except NameError as e:
    print(e)


def shared():
    x = 0

    def set(v):
        nonlocal x
        x = v
    return set, lambda: x


s, g = shared()
s('changed')
print(g(), s.__closure__[0] is g.__closure__[0], s.__closure__[0] == g.__closure__[0])
cell = s.__closure__[0]
cell.cell_contents = 'from outside'
print(g())
del cell.cell_contents
g()
