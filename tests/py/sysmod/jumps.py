"""f_lineno = n: jumps that are made, and what is said of those that can't be."""
import sys


def jump(f, start, to, *args):
    first = f.__code__.co_firstlineno
    done = []

    def tracer(frame, event, arg):
        if frame.f_code is not f.__code__:
            return None
        if event == 'line' and frame.f_lineno == first + start and not done:
            done.append(1)
            try:
                frame.f_lineno = first + to
            except ValueError as e:
                print(f.__name__, start, to, 'ValueError', e)
        return tracer
    sys.settrace(tracer)
    try:
        result = f(*args)
    except Exception as e:
        result = type(e).__name__
    finally:
        sys.settrace(None)
    print(f.__name__, start, to, result)


def straight(out):
    out.append(1)
    out.append(2)
    out.append(3)
    return out


def loops(out):
    for i in range(2):
        out.append(i)
    else:
        out.append('else')
    for j in 'ab':
        out.append(j)
    return out


def tries(out):
    try:
        out.append(1)
        1 / 0
    except ZeroDivisionError:
        out.append(2)
        out.append(3)
    finally:
        out.append(4)
    return out


def withs(out):
    with open('/dev/null') as f:
        out.append(1)
    with open('/dev/null') as g:
        out.append(2)
    return out


for to in range(1, 5):
    jump(straight, 2, to, [])
for start, to in (2, 4), (2, 5), (4, 2), (6, 2), (2, 7), (1, 6), (5, 1):
    jump(loops, start, to, [])
for start, to in (2, 5), (3, 8), (5, 8), (5, 9), (6, 2), (8, 5), (2, 9), (9, 2):
    jump(tries, start, to, [])
for start, to in (1, 3), (2, 4), (2, 5), (1, 4), (4, 2), (3, 1):
    jump(withs, start, to, [])
jump(straight, 2, -5, [])
jump(straight, 2, 500, [])
