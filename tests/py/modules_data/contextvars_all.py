import contextvars, gc, threading
from contextvars import ContextVar, Context, Token, copy_context

def show(f, *a, **k):
    try:
        print(f(*a, **k))
    except BaseException as e:
        print(type(e).__name__, str(e).split(' at 0x')[0])

v = ContextVar('v', default=7)
w = ContextVar('w')
print(v.name, v.get(), w.get('none'))
show(w.get)
t = v.set(1)
print(t.old_value is Token.MISSING, t.var is v, v.get(), Token.MISSING)
t2 = v.set(2)
print(t2.old_value)
v.reset(t2)
print(v.get())
show(v.reset, t2)
show(w.reset, t)
show(v.reset, 3)
v.reset(t)
print(v.get())
show(v.reset, t)

c = copy_context()
print(len(c), list(c), v in c)
def inside():
    v.set('in'); w.set('w')
    return v.get(), len(copy_context())
print(c.run(inside), v.get(), c[v], c.get(w), sorted(x.name for x in c), sorted(map(str, c.values())))
print(sorted((k.name, x) for k, x in c.items()), len(c.keys()), type(c.items()).__name__)
show(c.run)
show(c.run, lambda: c.run(print))
show(c.__getitem__, ContextVar('other'))
show(c.__contains__, 1)
show(Context, 1)
show(Token)
show(ContextVar)
show(ContextVar, 'a', 'b')
show(ContextVar, 'a', defaults=1)
show(ContextVar, 1)
show(hash, c)
d = c.copy()
print(c == d, c != d, c == Context(), c == 3)
d.run(v.set, 'changed')
print(c == d)

def many(n):
    names = [ContextVar(f'n{i}') for i in range(n)]
    tokens = [x.set(i) for i, x in enumerate(names)]
    now = copy_context()
    print(len(now), all(now[x] == i for i, x in enumerate(names)))
    for i in range(0, n, 2):
        names[i].reset(tokens[i])
    print(len(copy_context()), sum(x.get(0) for x in names), len(now))
    for i in range(1, n, 2):
        names[i].reset(tokens[i])
    print(len(copy_context()))
Context().run(many, 3000)

def worker(out):
    out.append(v.get())
    v.set('thread')
    out.append(v.get())
out = []
v.set('main')
th = threading.Thread(target=worker, args=(out,)); th.start(); th.join()
print(out, v.get())

def gen():
    v.set('gen')
    yield v.get()
    yield v.get()
g = gen()
print(next(g), v.get()); v.set('x'); print(next(g))

class Node: pass
def cycle():
    n = Node(); x = ContextVar('cyc'); n.c = copy_context(); n.c.run(x.set, n)
import weakref
n = Node(); r = weakref.ref(n)
ctx = Context(); x = ContextVar('c'); ctx.run(x.set, n); n.ctx = ctx
del n, ctx, x
gc.collect()
print(r() is None, ContextVar[int])
