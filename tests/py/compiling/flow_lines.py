"""Line events of the tracer over every kind of statement."""
import sys


def sample(n):
    total = 0
    for i in range(n):
        if i % 2:
            continue
        elif i > 5:
            break
        total += i
    else:
        total = -1
    while total > 3:
        total -= 2
    try:
        if total:
            raise ValueError(
                'multi',
                'line')
    except (KeyError,
            ValueError) as e:
        total = 1
    finally:
        total += 1
    with open('/dev/null') as f, \
            open('/dev/null') as g:
        pass
    result = [
        x
        for x in range(2)
        if x
    ]
    value = (lambda:
             5)()
    match total:
        case 5:
            pass
        case int() if \
                total:
            value = 6
    assert value, (
        'message')
    del result
    x = y = \
        3
    return {
        'a': x,
        'b': y,
    }


def trace(f, *args):
    events = []
    first = f.__code__.co_firstlineno

    def tracer(frame, event, arg):
        if frame.f_code is f.__code__:
            events.append((event[0], frame.f_lineno - first))
        return tracer
    sys.settrace(tracer)
    try:
        f(*args)
    finally:
        sys.settrace(None)
    return ' '.join(f'{e}{n}' for e, n in events)


for n in 0, 3, 9:
    print(n, trace(sample, n))


def one_liners(a): x = 1; y = 2; return x if a else y


def docs():
    """A docstring
    on two lines."""
    return


def nested(a):
    def inner(
            b=a):
        return b

    class C:
        x = 1

        def m(self): pass
    return inner()


def early(a):
    if a: return 1
    return 2


def loops():
    for i in (
            1,
            2):
        pass
    while False:
        pass
    for j in []: pass


def gen():
    yield 1
    x = (yield
         2)


def handlers():
    try:
        try:
            1 / 0
        except KeyError:
            pass
    except ZeroDivisionError:
        return 'x'
    finally:
        pass


def boolean(a, b):
    return (a
            and b
            or not a)


for f, args in [(one_liners, (1,)), (docs, ()), (nested, (1,)), (early, (1,)), (early, (0,)), (loops, ()), (handlers, ()), (boolean, (1, 0)), (boolean, (0, 1))]:
    print(f.__name__, trace(f, *args))
print('gen', trace(lambda: None), trace(gen))
print([(s, e) for s, e, l in sample.__code__.co_lines() if l is None][:0])
sys.settrace(5)
sample(1)
