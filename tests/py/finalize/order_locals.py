"""When locals, temporaries and arguments die."""


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print('del', self.name)

    def method(self):
        print('method', self.name)
        return self

    def __add__(self, other):
        return Noisy(self.name + other.name)


def locals_die():
    a = Noisy('a')
    b = Noisy('b')
    c = a
    print('leaving')


locals_die()


def rebind():
    x = Noisy('first')
    x = Noisy('second')
    print('rebound')
    x = None
    print('none')


rebind()


def deleted():
    x = Noisy('x')
    y = x
    del x
    print('one left')
    del y
    print('gone')


deleted()
Noisy('temporary')
print('after temporary')
Noisy('chain').method().method()
print('after chain')
Noisy('p') + Noisy('q')
print('after add')


def takes(arg):
    print('taking', arg.name)
    del arg
    print('let go')


takes(Noisy('argument'))


def star(*args):
    print('star', len(args))


star(Noisy('s1'), Noisy('s2'))
print([Noisy('item').name for _ in range(2)])
if Noisy('condition'):
    print('in body')
for i in [Noisy('l1'), Noisy('l2')]:
    print('loop', i.name)
print('loop over')
del i
(Noisy('tuple1'), Noisy('tuple2'))
print('tuple gone')
x, y = Noisy('u'), Noisy('v')
x, y = y, x
del x
print('del x done')
del y


def returns():
    n = Noisy('returned')
    try:
        return n
    finally:
        print('finally')


returns()
print('end')
