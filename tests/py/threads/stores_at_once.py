# Stores by machine code, of several threads at once: attributes while the shape and the class of their object change, items of a list that
# others shorten, append and pop, globals that come and go, closures' variables. Nothing is lost, invented or freed too early, and nothing
# stays.
import gc
import threading
import weakref

THREADS, ROUNDS = 3, 3000


class Thing:
    """One that is counted, and says who made it."""

    def __init__(self, owner, n):
        self.owner = owner
        self.n = n


def together(*bodies):
    failures = []
    gate = threading.Barrier(len(bodies))

    def run(body, k):
        gate.wait()
        try:
            body(k)
        except BaseException as e:
            failures.append(repr(e))

    threads = [threading.Thread(target=run, args=(b, k)) for k, b in enumerate(bodies)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return failures


class Slot:
    def __init__(self):
        self.v = self.u = None
        self.n = 0


class Other:
    def other(self):
        return 'other'


def attributes():
    o = Slot()
    seen = [0] * THREADS
    watched = []

    def body(k):
        for i in range(ROUNDS):
            t = Thing(k, i)
            if i % 500 == 0:
                watched.append(weakref.ref(t))
            o.v = t
            o.n = i
            w = o.v
            if w.n < 0 or w.owner not in range(THREADS):
                raise ValueError(w.owner)
            seen[k] += 1
            o.u = i
            o.u = str(i)
            o.u = t
            if not isinstance(o.u, (int, str, Thing)):
                raise TypeError(o.u)

    def changes(k):
        for i in range(ROUNDS // 20):
            o.__class__ = Other if i & 1 else Slot
            setattr(o, 'extra%d' % (i % 5), i)
            if i % 3 == 0:
                delattr(o, 'extra%d' % (i % 5))
        o.__class__ = Slot

    print('attributes', together(*[body] * THREADS, changes), seen, o.n)
    o.v = o.u = None
    for _ in range(3):
        gc.collect()
    print([w() for w in watched].count(None) == len(watched) == 18)


class Many:
    pass


def first_stores():
    made = []

    def body(k):
        for i in range(ROUNDS):
            m = Many()
            made.append(m)
            m.a = i
            m.b = Thing(k, i)
            m.c = [i]

    def meddles(k):
        i = 0
        while i < ROUNDS:
            i += 1
            if not made:
                continue
            m = made[-1]
            m.b = i
            m.a = i
            if i % 100 == 0:
                Many.d = i
                del Many.d

    print('first', together(body, body, meddles), len(made))
    print(all(isinstance(m.a, int) and m.c.__class__ is list and m.__dict__.keys() == {'a', 'b', 'c'} for m in made))


def items():
    l = [None] * 40

    def body(k):
        stored = 0
        for i in range(ROUNDS):
            try:
                l[i % 40] = Thing(k, i)
                l[-1 - i % 40] = i
                l[i % 7] = 'abc'
                stored += 1
            except IndexError as e:
                if str(e) != 'list assignment index out of range':
                    raise
        return stored

    def resizes(k):
        for i in range(ROUNDS // 3):
            del l[i % 30 + 5:]
            l.extend([i] * (40 - len(l)))
            if i % 50 == 0:
                l.clear()
                l.extend(range(40))

    print('items', together(body, body, resizes), len(l))
    print(all(isinstance(x, (int, str, Thing)) for x in l))


def appended_and_popped():
    l = []
    taken = [[] for _ in range(THREADS)]

    def body(k):
        mine = taken[k]
        for i in range(ROUNDS):
            l.append((k, i))
            l.append(k * ROUNDS + i)
            if i % 3 != 2:
                try:
                    mine.append(l.pop())
                    mine.append(l.pop())
                except IndexError as e:
                    if str(e) != 'pop from empty list':
                        raise

    failures = together(*[body] * THREADS)
    everything = l + sum(taken, [])
    numbers = sorted(x for x in everything if isinstance(x, int))
    pairs = sorted(x for x in everything if isinstance(x, tuple))
    print('append', failures, numbers == list(range(THREADS * ROUNDS)),
          pairs == [(k, i) for k in range(THREADS) for i in range(ROUNDS)])


def global_names():
    global shared_name
    shared_name = 0
    ok = (int, str, Thing)

    def body(k):
        global shared_name
        for i in range(ROUNDS):
            shared_name = i
            shared_name = Thing(k, i)
            try:
                v = shared_name
            except NameError:
                continue
            if not isinstance(v, ok):
                raise TypeError(v)

    def removes(k):
        global shared_name
        for i in range(ROUNDS // 10):
            shared_name = 'text'
            try:
                del shared_name
            except NameError:
                pass
            globals()['name%d' % (i % 9)] = i
        shared_name = 1

    print('globals', together(body, body, removes), isinstance(shared_name, ok))


def closures():
    x = 0
    y = None

    def body(k):
        nonlocal x, y
        for i in range(ROUNDS):
            x = i
            t = y = Thing(k, i)
            v = y
            if not isinstance(v, int) and v.owner not in range(THREADS):
                raise ValueError(v)
            y = k
            y = t
            w = x
            if not 0 <= w < ROUNDS:
                raise ValueError(w)

    print('closures', together(*[body] * THREADS), x, y.n)


def many_lists():
    # Each its own, and every one of them seen by the others.
    rows = [[0] * 8 for _ in range(THREADS)]

    def body(k):
        row = rows[k]
        for i in range(ROUNDS):
            row[i & 7] = [k, i]
            other = rows[(k + 1) % THREADS][i & 7]
            if other:
                if other[0] != (k + 1) % THREADS:
                    raise ValueError(other)

    print('rows', together(*[body] * THREADS), [row[-1][0] for row in rows])


def dict_values():
    d = {k: None for k in [*range(8), *'abcdefgh', 'a' + str(len(Slot.__name__)), 2.5, (1, 2)]}
    keys = list(d)
    watched = []

    def body(k):
        for i in range(ROUNDS):
            key = keys[i % len(keys)]
            t = Thing(k, i)
            if i % 500 == 0:
                watched.append(weakref.ref(t))
            d[key] = t
            d[key + key if isinstance(key, int) else key] = t
            v = d[key]
            if v.owner not in range(THREADS) or (key in d) is not True:
                raise ValueError(v)

    def grows(k):
        for i in range(ROUNDS // 10):
            d['more%d' % i] = Thing(k, i)
            if i % 3 == 0:
                del d['more%d' % i]

    print('dict', together(*[body] * (THREADS - 1), grows), len(d) > len(keys))
    d.clear()
    for _ in range(3):
        gc.collect()
    print([w() for w in watched].count(None) == len(watched) == 6 * (THREADS - 1))


attributes()
dict_values()
first_stores()
items()
appended_and_popped()
global_names()
closures()
many_lists()
