"""threading.local: a dict a thread, __init__ in each thread, data that dies with its thread or with the object, and cycles through it."""
import gc
import threading
import weakref


class Data:
    pass


class Counting(threading.local):
    made = []

    def __init__(self, start):
        self.value = start
        self.made.append(threading.current_thread().name)


def run(f, name=None):
    t = threading.Thread(target=f, name=name)
    t.start()
    t.join()


local = Counting(5)
local.value += 1
seen = []


def work():
    seen.append(local.value)
    local.value = 'changed'
    seen.append(sorted(local.__dict__.items()))


run(work, 'one')
run(work, 'two')
print(local.value, seen, Counting.made)

refs = []


def fill():
    d = Data()
    refs.append(weakref.ref(d))
    local.data = d


run(fill)
print(refs[0]() is None, hasattr(local, 'data'))
fill()
print(refs[1]() is not None)
del local
print(refs[1]() is None)

plain = threading.local()
plain.self = plain
plain.data = Data()
ref = weakref.ref(plain.data)
del plain
gc.collect()
print(ref() is None)


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        order.append(self.name)


order = []
shared = threading.local()


def ends():
    shared.x = Noisy('data')


run(ends)
order.append('joined')
print(order)
try:
    threading.local(1)
except TypeError as e:
    print(e)
try:
    shared.__dict__ = {}
except AttributeError as e:
    print(e)
try:
    shared.nope
except AttributeError as e:
    print(e)


class Failing(threading.local):
    def __init__(self):
        if threading.current_thread() is not threading.main_thread():
            raise ValueError('not here')


failing = Failing()


def use():
    for _ in range(2):
        try:
            failing.x
        except ValueError as e:
            print(e)


run(use)
