# Thread-local data whose destructors use the same thread-local again, at a thread's end and at the local's; locals by the dozen, so that
# what was found of late is another one's; subclasses whose __init__ fails.
import gc, threading

log = []
class Uses:
    def __init__(self, local, name): self.local, self.name = local, name
    def __del__(self):
        seen = getattr(self.local, 'x', None)
        self.local.x = 'again'
        self.local.x += '!'
        log.append((self.name, seen is None, self.local.x))

def body(local, n):
    for i in range(n): setattr(local, 'a%d' % i, Uses(local, i))
    local.x = Uses(local, 'x')
    local.x
local = threading.local()
for n in (0, 1, 5):
    t = threading.Thread(target=body, args=(local, n)); t.start(); t.join()
    print(len(log), sorted(log, key=str)); log.clear()

# Many at once: each its own value, in each thread.
many = [threading.local() for _ in range(50)]
def own(me):
    for r in range(20):
        for i, l in enumerate(many):
            l.v = (me, i, r)
        for i, l in enumerate(many):
            if l.v != (me, i, r): log.append((me, i, l.v))
ts = [threading.Thread(target=own, args=(k,)) for k in range(4)]
[t.start() for t in ts]; [t.join() for t in ts]
print(log, [hasattr(l, 'v') for l in many].count(True))

# Made, used and dropped again and again: no number stands for two.
def churn(me):
    for r in range(300):
        l = threading.local()
        if hasattr(l, 'v'): log.append('old')
        l.v = r
        l.me = l  # a cycle
        if l.v != r: log.append(r)
ts = [threading.Thread(target=churn, args=(k,)) for k in range(3)]
[t.start() for t in ts]; [t.join() for t in ts]
gc.collect()
print(log)

class Fails(threading.local):
    fail = False
    def __init__(self):
        self.made = True
        if Fails.fail: raise ValueError('no')
f = Fails()
print(f.made)
Fails.fail = True
def fails():
    for _ in range(3):
        try: f.made
        except ValueError as e: print('raised', e)
    Fails.fail = False
    print(f.made, f.made, vars(f))
t = threading.Thread(target=fails); t.start(); t.join()
del f
l = threading.local(); l.y = 1
try: l.__dict__ = {}
except AttributeError as e: print(e)
del l.y
try: l.y
except AttributeError as e: print(e)
