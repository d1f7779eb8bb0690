"""Line events of conditions, assignments and patterns that span lines."""
import sys

src='''
def a(x):
    if \\
       x:
        return 1
def b(x):
    while \\
       x:
        x = 0
def c(x):
    assert \\
       x
def d(x):
    return 1 if \\
       x else \\
       2
def e(x):
    match x:
        case 1 if \\
           x:
            pass
        case _ if \\
            x:
            pass
def f(x):
    x = y = \\
      5
    x = y = z = \\
       x
    x.a = x.b = \\
       7
def g(x):
    return [a
       for a in (1,2)
       if \\
         x]
def h(x):
    if (x
        and
        not
        x): pass
    elif \\
       x: pass
    if \\
       x < 1: pass
    if \\
       len(str(x)): pass
    if \\
       not x: pass
def i(x):
    match x:
        case 1 if \\
           x > 1:
            pass
        case _ if \\
           x > 0:
            y = 1
def j(x):
    lambda: \\
        x
    (x and
      x)
    return (
      x or
        1)
'''
ns={}
exec(compile(src,'s','exec'),ns)
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
    except Exception: pass
    finally:
        sys.settrace(None)
    return ' '.join(f'{e}{n}' for e, n in events)
for n in 'abcdefghij':
    for x in 0,1,2: print(n,x,trace(ns[n],x))
