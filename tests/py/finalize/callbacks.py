"""weakref.finalize, weakref callbacks and __del__ in one order."""
import weakref


class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print('del', self.name)


t = Thing('t')
r1 = weakref.ref(t, lambda r: print('callback 1', r() is None))
r2 = weakref.ref(t, lambda r: print('callback 2', r() is None))
f = weakref.finalize(t, print, 'finalize', 'called')
print(f.alive, f.peek()[0] is t)
del t
print(f.alive, f(), f.peek())
t = Thing('again')
f = weakref.finalize(t, lambda: 'result')
print(f(), f(), f.alive)
del t
t = Thing('detached')
f = weakref.finalize(t, print, 'never')
print(f.detach()[1] is print)
del t


def bad(r):
    raise ValueError('in callback')


import sys
sys.unraisablehook = lambda u: print('unraisable', u.exc_value)
t = Thing('bad callback')
r = weakref.ref(t, bad)
del t
p = weakref.proxy(Thing('proxied'))
try:
    p.name
except ReferenceError as e:
    print(e)
t = Thing('p2')
p = weakref.proxy(t)
print(p.name, type(p).__name__)
p.name = 'renamed'
print(t.name)
del t
t = Thing('at exit')
t.atexit = weakref.finalize(t, print, 'finalize at exit')
p.name
