"""yield in odd places: finally, with, conditions, arguments, lambdas, comprehension sources, class bodies."""


def expr():
    x = yield 1
    print('x', x)
    y = (yield 2) + (yield 3)
    print('y', y)
    print('call', max((yield 4), (yield 5)))
    z = [(yield 6), (yield 7)]
    print('list', z, {(yield 8): (yield 9)})
    if (yield 10):
        print('true branch')
    while (yield 11):
        print('loop')
    return (yield 12), f'{(yield 13)}'


g = expr()
r = next(g)
try:
    while True:
        r = g.send(r * 10 if r != 11 else len([1]) if not globals().get('once') else 0)
        if r == 11:
            once = True
except StopIteration as e:
    print(e.value)


def fin():
    for i in range(3):
        try:
            if i == 1:
                continue
            yield i
        finally:
            yield f'f{i}'


print(list(fin()))


def early():
    try:
        yield 1
        return
    finally:
        yield 2


print(list(early()))


class CM:
    def __enter__(self):
        print('enter')
        return self

    def __exit__(self, *a):
        print('exit', a[0])


def withs():
    with CM():
        yield 1
        yield 2


for x in withs():
    print(x)
    break
print('broke')
g = withs()
next(g)
try:
    g.throw(KeyError)
except KeyError:
    print('through')
l = lambda: (yield)
print(list(l()), [*(lambda: (yield from 'ab'))()])
print(list(x for x in (y for y in (z for z in range(3)))))


def default(a=(lambda: (yield 5))):
    return list(a())


print(default())


def never():
    return
    yield


print(list(never()), next(never(), 'empty'))


def augmented():
    total = 0
    while True:
        total += yield total


g = augmented()
next(g)
print(g.send(1), g.send(2), g.send(3))


def nested_handlers():
    try:
        try:
            yield 1
        except ValueError:
            yield 'value'
        finally:
            yield 'inner finally'
    except KeyError:
        yield 'key'
    finally:
        print('outer finally')


g = nested_handlers()
print(next(g), g.throw(ValueError), g.throw(KeyError), next(g), next(g, 'over'))
g = nested_handlers()
next(g)
print(g.throw(OSError), 'then')
next(g)
