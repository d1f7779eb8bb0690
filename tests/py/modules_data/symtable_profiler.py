import cProfile, _lsprof, io, locale, pstats, symtable, _symtable
src = '''
import os
g = 1
class A(object):
    x: int = 3
    def m(self, a, *b, c=1, **d):
        nonlocal_free = g
        def inner():
            nonlocal nonlocal_free
            nonlocal_free = a
            return [q for q in b if q]
        return lambda z: z + nonlocal_free
    __private = 1
def f():
    global g
    g = 2
    yield
'''
def show(t, depth=0):
    print(' ' * depth, t.get_type(), t.get_name(), t.get_lineno(), t.is_nested(), t.has_children(), t.is_optimized())
    for s in sorted(t.get_symbols(), key=lambda s: s.get_name()):
        print(' ' * depth, ' ', s.get_name(), s.is_referenced(), s.is_parameter(), s.is_global(), s.is_declared_global(), s.is_local(), s.is_free(), s.is_imported(), s.is_assigned(), s.is_nonlocal(), s.is_annotated(), s.is_namespace())
    for c in t.get_children(): show(c, depth + 2)
show(symtable.symtable(src, 'f', 'exec'))
for a in (('a', 'b', 'c'), (1, 'b', 'exec'), ('a b', 'f', 'exec'), ('def f(x): global x', 'f', 'exec'), ('return', 'f', 'exec'), ('x\0y', 'f', 'exec')):
    try: print(type(_symtable.symtable(*a)).__name__)
    except Exception as e: print(type(e).__name__, e)

def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
def work():
    fib(6); len([1]); sorted([2, 1]); [].append(1); max(*[1, 2])
p = cProfile.Profile(); p.enable(); work(); p.disable()
stats = pstats.Stats(p, stream=io.StringIO()).stats
for (file, line, name), (cc, nc, tt, ct, callers) in sorted(stats.items(), key=lambda i: i[0][2]):
    print(name, cc, nc, tt >= 0, ct >= tt, sorted(c[2] for c in callers))
ticks = iter(range(10000))
q = _lsprof.Profiler(lambda: next(ticks), 0.5)
q.enable(subcalls=True, builtins=False); fib(3); q.disable()
for e in sorted(q.getstats(), key=lambda e: str(e.code)):
    if getattr(e.code, 'co_name', '') == 'fib': print(e.callcount, e.reccallcount, e.totaltime, e.inlinetime, [(c.callcount, c.reccallcount, c.totaltime) for c in e.calls])
q.clear(); print(q.getstats())
print(locale.setlocale(locale.LC_ALL, 'C'), locale.localeconv()['decimal_point'], locale.strcoll('a', 'b') < 0, locale.strxfrm('abc'), locale.nl_langinfo(locale.RADIXCHAR))
for f, a in ((locale.setlocale, (locale.LC_ALL, 'no_such')), (locale.nl_langinfo, (-1,)), (locale.strxfrm, ('a\0b',))):
    try: print(f(*a))
    except Exception as e: print(type(e).__name__, e)
