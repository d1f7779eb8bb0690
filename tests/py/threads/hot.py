# interpreter: -X gil=0
"""What several threads use again and again dies like everything else when it is dropped; what they make is not kept."""
import gc
import threading
import weakref


def together(*bodies):
    threads = [threading.Thread(target=body) for body in bodies]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


class Thing:
    def __init__(self, name):
        self.name = name
        self.items = list(range(5))


def use(things):
    total = 0
    for _ in range(300):
        for thing in things:
            alias = thing
            total += len(alias.items) + len(alias.name)
    totals.append(total)


totals = []
things = [Thing(f'thing {i}') for i in range(20)]
watch = [weakref.ref(t) for t in things]
together(*[lambda: use(things) for _ in range(3)])
print(totals)
print(all(w() is not None for w in watch))
del things
gc.collect()
print(sum(w() is not None for w in watch))

# Shared ones that are replaced while they are in use.
current = [Thing('first')]
seen = [weakref.ref(current[0])]


def replace():
    for i in range(200):
        thing = Thing(f'number {i}')
        seen.append(weakref.ref(thing))
        current[0] = thing


def read():
    for _ in range(3000):
        thing = current[0]
        assert len(thing.items) == 5 and thing.name


together(replace, read, read)
gc.collect()
print(len(seen), sum(w() is not None for w in seen))


# Functions, classes and code made by threads.
def make(out):
    for i in range(50):
        def inner(x, y=i):
            return x + y + i

        class Local:
            value = inner(i)

            def get(self):
                return self.value
        space = {}
        exec(f'def made(a): return a + {i}\nclass Made: pass', space)
        out.append((weakref.ref(inner), weakref.ref(Local), weakref.ref(space['made']), weakref.ref(space['Made'])))
        assert Local().get() == 3 * i and space['made'](1) == i + 1 and eval(f'lambda q: q + {i}')(2) == i + 2


made = [[], []]
together(*[lambda out=out: make(out) for out in made])
gc.collect()
print([sum(w() is not None for row in out for w in row) for out in made])
