# with statements over all kinds of context managers, in loops, with classes that change, with a profiler.
import contextlib, sys, threading
class A:
    def __enter__(self): print('enter'); return 5
    def __exit__(self, *a): print('exit', a[0]); return a[0] is ValueError
def f(cm, what):
    with cm as x:
        print(x)
        if what == 1: return 'r'
        if what == 2: raise ValueError
        if what == 3: raise KeyError('k')
        with A() as z, contextlib.suppress(ZeroDivisionError):
            for i in range(3):
                with A():
                    if i == 1: continue
                    if i == 2: break
            1/0
    return 'end'
for _ in range(3):
    for w in range(4):
        try: print(f(A(), w))
        except KeyError as e: print(repr(e))
class S:
    @staticmethod
    def __enter__(): return 's'
    __exit__ = staticmethod(lambda *a: print(len(a)))
for _ in range(3): print(f(S(), 1))
class C:
    @classmethod
    def __enter__(cls): return cls
    def __exit__(self, *a): pass
print(f(C(), 0))
for bad in (5, object(), type('X', (), {'__enter__': lambda s: 1})()):
    for k in range(3):
        try:
            with bad: pass
        except TypeError as e: print(e)
lock = threading.RLock()
def g():
    for i in range(5):
        with lock:
            try:
                with lock: 1/0
            except ZeroDivisionError: pass
    return lock._is_owned()
print(g())
def gen():
    with A() as q:
        yield q
        yield q + 1
print(list(gen())); h = gen(); next(h); h.close()
import asyncio
class AA:
    async def __aenter__(self): print('ae'); return 3
    async def __aexit__(self, *a): print('ax', a[0]); return True
async def main():
    for i in range(3):
        async with AA() as v:
            print(v)
            if i == 1: raise KeyError
        try:
            async with A(): pass
        except TypeError as e: print(e)
    return 1
print(asyncio.run(main()))
class Ch:
    def __enter__(self): return 1
    def __exit__(self, *a): pass
def loop(o, n):
    r = []
    for i in range(n):
        if i == 3: Ch.__enter__ = lambda self: 2
        if i == 5: Ch.__exit__ = lambda self, *a: r.append('new')
        if i == 7: del Ch.__exit__
        with o as v: r.append(v)
    return r
try: print(loop(Ch(), 9))
except TypeError as e: print(e)
events=[]
def prof(fr, ev, arg): events.append((ev, getattr(arg,'__name__',None)))
l=threading.Lock()
def pp():
    with l: pass
    with open('/dev/null'): pass
sys.setprofile(prof); pp(); sys.setprofile(None)
print([e for e in events if e[0].startswith('c_')])
