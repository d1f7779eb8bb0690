"""sys.settrace: the events of calls, returns, exceptions, generators, local tracers, opcodes, errors in tracers."""
import sys

log = []


def tracer(frame, event, arg):
    name = frame.f_code.co_name
    if name in ('<lambda>', 'tracer'):
        return None
    if event == 'exception':
        arg = arg[0].__name__, str(arg[1])
    elif event == 'return':
        arg = repr(arg)[:30]
    log.append((event, name, frame.f_lineno - frame.f_code.co_firstlineno, arg))
    return tracer


def run(f, *args):
    log.clear()
    sys.settrace(tracer)
    try:
        f(*args)
    except Exception as e:
        caught = e
    else:
        caught = None
    sys.settrace(None)
    print(f.__name__, type(caught).__name__)
    for item in log:
        print('  ', *item)


def simple(a):
    b = a + 1
    return b


def raises():
    x = 1
    raise ValueError('v')


def catches():
    try:
        raises()
    except ValueError:
        return 'caught'


def gen():
    yield 1
    x = yield 2
    return x


def uses_gen():
    for v in gen():
        pass


def uses_close():
    g = gen()
    next(g)
    g.close()


def comp():
    return [i for i in range(2)]


def klass():
    class K:
        x = 1

        def m(self):
            return self.x
    return K().m()


def with_default(a=1, *, b=2):
    return a + b


def nested():
    def inner():
        return simple(1)
    return inner()


def finally_raise():
    try:
        raise KeyError('k')
    finally:
        x = 1


def builtin_calls():
    return sorted([2, 1], key=lambda v: simple(v))


async def coro():
    return 5


def drive():
    try:
        coro().send(None)
    except StopIteration:
        pass


for f in simple, raises, catches, uses_gen, uses_close, comp, klass, with_default, nested, finally_raise, builtin_calls, drive:
    run(f, *([1] if f is simple else []))


def no_lines(frame, event, arg):
    log.append((event, frame.f_code.co_name))
    return None


log.clear()
sys.settrace(no_lines)
nested()
sys.settrace(None)
print(log)


def bad(frame, event, arg):
    if event == 'line':
        raise RuntimeError('tracer failed')
    return bad


sys.settrace(bad)
try:
    simple(1)
except RuntimeError as e:
    print(e, sys.gettrace())
sys.settrace(None)


def no_line_events(frame, event, arg):
    frame.f_trace_lines = False
    log.append((event, frame.f_code.co_name))
    return no_line_events


log.clear()
sys.settrace(no_line_events)
simple(2)
sys.settrace(None)
print(log)


def jumper(frame, event, arg):
    if frame.f_code.co_name == 'jumps' and event == 'line' and frame.f_lineno - frame.f_code.co_firstlineno == 2:
        frame.f_lineno = frame.f_code.co_firstlineno + 3
    return jumper


def jumps():
    out = [1]
    out.append(2)
    out.append(3)
    return out


sys.settrace(jumper)
r = jumps()
sys.settrace(None)
print(r)
try:
    sys._getframe().f_lineno = 5
except ValueError as e:
    print(e)
try:
    simple.__code__.co_firstlineno = 1
except AttributeError as e:
    print(e)
import threading
log.clear()
threading.settrace(no_lines)
t = threading.Thread(target=simple, args=(1,))
t.start()
t.join()
threading.settrace(None)
print([e for e in log if e[1] == 'simple'])
sys.settrace()
