"""gc: counts, thresholds, callbacks, referrers, tracking, freezing, debug flags."""
import gc
import weakref


class Node:
    def __init__(self):
        self.ref = None


def cycle():
    a, b = Node(), Node()
    a.ref, b.ref = b, a
    return weakref.ref(a)


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


gc.collect()
r = cycle()
print(r() is not None, gc.collect() >= 2, r() is None, gc.collect(), gc.isenabled())
gc.disable()
r = cycle()
print(gc.isenabled(), r() is not None)
gc.enable()
gc.collect()
print(r() is None, gc.get_count().__class__.__name__, len(gc.get_threshold()), gc.garbage)
events = []


def callback(phase, info):
    events.append((phase, sorted(info)))


gc.callbacks.append(callback)
gc.collect()
gc.callbacks.remove(callback)
print(events)
print(gc.is_tracked([]), gc.is_tracked(1), gc.is_tracked('a'), gc.is_tracked(Node()), gc.is_tracked({'a': []}), gc.is_tracked(None), gc.is_tracked(print) in (True, False), gc.is_finalized(1))
n = Node()
n.ref = [1, 'x', n]
refs = gc.get_referents(n.ref)
print(len(refs), n in refs, 'x' in refs, gc.get_referents(5), gc.get_referents())
holder = [n]
print(any(o is holder for o in gc.get_referrers(n)), any(o is n for o in gc.get_objects()), len(gc.get_objects()) > 100)


class Final:
    def __del__(self):
        log.append('del')


log = []
f = Final()
f.me = f
del f
gc.collect()
print(log, gc.garbage)
for gen in 0, 1, 2:
    show(lambda: gc.collect(gen) >= 0)
show(lambda: gc.collect(3))
show(lambda: gc.collect(-1))
show(lambda: gc.collect('x'))
show(lambda: gc.set_threshold())
show(lambda: gc.set_threshold('x'))
old = gc.get_threshold()
gc.set_threshold(500, 5, 5)
print(gc.get_threshold())
gc.set_threshold(*old)
show(lambda: gc.get_debug())
show(lambda: gc.set_debug('x'))
show(lambda: len(gc.get_stats()) == 3 and sorted(gc.get_stats()[0]))
gc.freeze()
print(gc.get_freeze_count() >= 0)
gc.unfreeze()
print(gc.get_freeze_count())
many = []
for _ in range(2000):
    a = []
    a.append(a)
    d = {}
    d['d'] = d
    t = ([],)
    t[0].append(t)
del a, d, t
print(gc.collect() > 0 or True)
refs = [cycle() for _ in range(100)]
gc.collect()
print(sum(r() is None for r in refs))


def closure_cycle():
    def f():
        return f
    return weakref.ref(f)


def gen_cycle():
    def g():
        yield me
    me = g()
    next(me)
    return weakref.ref(me)


def exc_cycle():
    try:
        raise ValueError
    except ValueError as e:
        keep = e
    n = Node()
    n.ref = keep
    keep.node = n
    return weakref.ref(n)


def class_cycle():
    class C:
        pass
    C.me = C()
    return weakref.ref(C)


def method_cycle():
    n = Node()
    n.ref = n.__init__
    return weakref.ref(n)


made = [f() for f in (closure_cycle, gen_cycle, exc_cycle, class_cycle, method_cycle)]
gc.collect()
print([r() is None for r in made])
gc.collect(0, 1)
