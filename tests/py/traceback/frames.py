"""Frames of a traceback: locals, code, back, clear; and a frame that outlives its call."""
import sys


def work(a, b=2):
    c = a + b
    d = [i * c for i in range(3)]
    raise ValueError((a, b, c, d))


try:
    work(1)
except ValueError as e:
    tb = e.__traceback__
frame = tb.tb_next.tb_frame
print(frame.f_code.co_name, frame.f_locals, frame.f_lineno, frame.f_back.f_code.co_name if frame.f_back else None)
print(frame.f_globals is globals(), frame.f_builtins['len'] is len)
print(frame.f_code.co_varnames, frame.f_code.co_argcount, frame.f_code.co_nlocals)
frame.clear()
print(frame.f_locals)
try:
    sys._getframe().clear()
except RuntimeError as e:
    print(e)


def caller():
    return callee()


def callee():
    names = []
    f = sys._getframe()
    while f:
        names.append((f.f_code.co_name, f.f_lineno))
        f = f.f_back
    return names


print(caller(), sys._getframe(0).f_code.co_name)
try:
    sys._getframe(100)
except ValueError as e:
    print(e)


def gen():
    x = 1
    yield sys._getframe()
    x = 2
    yield


g = gen()
f = next(g)
print(f.f_locals, f.f_back, g.gi_frame is f, g.gi_running)
next(g)
print(f.f_locals)
try:
    f.clear()
except RuntimeError as e:
    print(e)
else:
    print('cleared', list(g), f.f_locals)


def modify():
    value = 1
    locals()['value'] = 2
    sys._getframe().f_locals['value'] = 3
    return value


print(modify())
tb.tb_next = None
print(tb.tb_next)
try:
    tb.tb_next = tb
except ValueError as e:
    print(e)
tb.tb_frame.f_code.co_name.nope
