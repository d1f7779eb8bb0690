# Generators that are dropped or closed where they wait.
import gc


def counting(n, log):
    i = 0
    while i < n:
        yield i
        i += 1
    log.append('end')


def guarded(n, log):
    try:
        for i in range(n):
            yield i
    finally:
        log.append('finally')


def catching(log):
    while True:
        try:
            yield 1
        except GeneratorExit as e:
            log.append(('exit', e.__context__))
            return


def delegating(log):
    yield 0
    yield from guarded(3, log)


def stubborn():
    while True:
        try:
            yield 1
        except GeneratorExit:
            yield 2


def within(log):
    with Manager(log):
        yield 1


class Manager:
    def __init__(self, log):
        self.log = log

    def __enter__(self):
        return self

    def __exit__(self, kind, *rest):
        self.log.append(kind and kind.__name__)


class Noisy:
    def __init__(self, log):
        self.log = log

    def __del__(self):
        self.log.append('del')


def holding(log):
    noisy = Noisy(log)
    yield noisy.log is log


log = []
for make in (lambda: counting(3, log), lambda: guarded(3, log), lambda: catching(log), lambda: delegating(log),
             lambda: within(log), lambda: holding(log)):
    for steps in (1, 2):
        for closing in False, True:
            g = make()
            for _ in range(steps):
                next(g, None)
            frame = g.gi_frame
            if closing:
                print(g.close(), g.gi_frame, g.gi_running, next(g, 'over'))
            del g
            print(frame and frame.f_lineno, log)
            log.clear()
            del frame

g = stubborn()
next(g)
try:
    g.close()
except RuntimeError as e:
    print(e)

print([any(x > 2 for x in range(5)) for _ in range(1000)].count(True))


def handled(log):
    try:
        1 / 0
    except ZeroDivisionError:
        yield 1


g = handled(log)
next(g)
print(g.close(), g.gi_frame)


async def waits():
    await Waits()


class Waits:
    def __await__(self):
        yield 'waiting'


c = waits()
print(c.send(None), c.close(), c.cr_frame)
try:
    c.send(None)
except RuntimeError as e:
    print(e)


@type.__call__
class Await:
    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        return 3

    def close(self):
        print('delegate closed')


def to_other():
    yield from Await


g = to_other()
next(g)
g.close()
gc.collect()
