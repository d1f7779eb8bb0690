# The exceptions that a trace function is told of where iterations end and awaitables finish.
import sys
def run(f):
    ev=[]
    base=f.__code__.co_firstlineno
    def tr(fr, e, arg):
        if fr.f_code.co_filename==__file__ :
            ev.append((fr.f_code.co_name, fr.f_lineno, e, arg[0].__name__+str(arg[1].args)+str(arg[2] is None) if e=='exception' else arg))
        return tr
    sys.settrace(tr)
    try: f()
    finally: sys.settrace(None)
    for e in ev:
        if e[2]=='exception': print(e)
class It:
    def __init__(s): s.n=0
    def __iter__(s): return s
    def __next__(s):
        s.n+=1
        if s.n>2: raise StopIteration
        return s.n
class Gi:
    def __getitem__(s,i):
        if i>1: raise IndexError
        return i
def g(v=None):
    yield 1
    return v
def yf(x):
    r = yield from x
    return r
def a():
    for i in It(): pass
def b():
    for i in g(): pass
def b2():
    for i in g(5): pass
def c():
    for i in yf(g()): pass
def d():
    for i in yf(g(3)): pass
def e():
    for i in yf([1]): pass
def f():
    for i in yf(It()): pass
def h():
    for i in Gi(): pass
    for i in iter(lambda: 1, 1): pass
    for i in [1]: pass
    list(It())
async def co(): return 3
async def co0(): pass
async def aw(): await co(); await co0()
def i():
    try: aw().send(None)
    except StopIteration: pass
async def ag():
    yield 1
    yield 2
async def af():
    async for x in ag(): pass
def j():
    try: af().send(None)
    except StopIteration: pass
def k():
    x=yf(g(4)); next(x)
    try: x.send(4)
    except StopIteration: pass
    x=yf(g()); next(x)
    try: x.send(4)
    except StopIteration: pass
def l():
    x=yf(g(4)); next(x)
    try: x.throw(KeyError)
    except KeyError: pass
    x=yf(It()); next(x); x.close()
    def gg():
        try: yield 1
        except KeyError: return 4
    x=yf(gg()); next(x)
    try: x.throw(KeyError)
    except StopIteration: pass
    [*It()]; {**{}}
    m, n = It()
def m():
    try: next(It()); next(g(2)); next(iter([]))
    except StopIteration: pass
    return [z for z in It()]
for fn in (a,b,b2,c,d,e,f,h,i,j,k,l,m):
    print(fn.__name__); run(fn)
