"""Very long chains of contexts and causes, deep groups, tracebacks of deep recursion."""
import traceback

e = None
for i in range(2000):
    x = ValueError(i)
    x.__cause__ = e
    e = x
n = 0
walk = e
while walk:
    n += 1
    walk = walk.__cause__
print(n, repr(e))
e = None
for i in range(2000):
    try:
        raise KeyError(i)
    except KeyError as k:
        k.__context__ = e
        e = k
print(e, len(repr(e)))
e = x = k = walk = None
group = ValueError('leaf')
for i in range(200):
    group = ExceptionGroup(f'level {i}', [group])
print(str(group), len(group.exceptions))
try:
    raise group
except* ValueError as g:
    depth = 0
    while isinstance(g, ExceptionGroup):
        g = g.exceptions[0]
        depth += 1
    print(depth, repr(g))
a, b = group.split(KeyError)
print(a, b is group)
for limit in 3, 30, 200:
    deep = OSError('bottom')
    for i in range(limit):
        deep = ExceptionGroup('g', [deep])
    try:
        print(limit, deep.subgroup(OSError) is not None, deep.derive([OSError()]).message)
    except RecursionError:
        print(limit, 'RecursionError')


def f(n):
    if n:
        return f(n - 1)
    raise LookupError('at the bottom')


try:
    f(500)
except LookupError as err:
    tb = err.__traceback__
    count = 0
    while tb:
        count += 1
        tb = tb.tb_next
    text = traceback.format_exc()
    print(count, len(text.splitlines()), 'more times' in text)


def in_finally(n):
    try:
        if n:
            in_finally(n - 1)
        else:
            raise ValueError('start')
    finally:
        log.append(n)


log = []
try:
    in_finally(300)
except ValueError as err:
    print(err, len(log), log[:3], log[-2:])


def reraising(n):
    try:
        if n == 0:
            raise KeyError('origin')
        reraising(n - 1)
    except KeyError as k:
        raise KeyError(n) from k


try:
    reraising(100)
except KeyError as err:
    n = 0
    while err.__cause__:
        err = err.__cause__
        n += 1
    print(n, err)


def suppressing(n):
    if n == 0:
        raise IndexError('zero')
    try:
        suppressing(n - 1)
    except IndexError as i:
        raise IndexError(n) from None


try:
    suppressing(50)
except IndexError as err:
    print(err, err.__cause__, err.__suppress_context__, err.__context__)
reraising(2)
