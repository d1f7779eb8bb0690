# interpreter: -X gil=0
"""Several threads without the GIL: shared lists, dicts, sets, attributes, globals, closures, generators, exceptions, finalizers."""
import collections
import threading
import weakref


def together(f, n=4):
    failures = []

    def body(i):
        try:
            f(i)
        except BaseException as e:
            failures.append(e)
    threads = [threading.Thread(target=body, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failures, failures


shared_list, shared_dict, shared_set, queue = [], {}, set(), collections.deque()
total = 0
lock = threading.Lock()


class Node:
    made = 0

    def __init__(self, value):
        self.value = value
        self.next = None

    def get(self):
        return self.value


def fill(me):
    global total
    for i in range(300):
        shared_list.append((me, i))
        shared_dict[me, i] = str(i)
        shared_dict['last'] = [me]
        shared_set.add(i)
        queue.append(me)
        with lock:
            total += 1


together(fill)
print(len(shared_list), len(shared_dict), len(shared_set), len(queue), total)
print([sum(1 for x in shared_list if x[0] == me) for me in range(4)], all(shared_dict[me, i] == str(i) for me in range(4) for i in range(300)))
taken = [[] for _ in range(4)]


def drain(me):
    while True:
        try:
            taken[me].append(shared_list.pop())
        except IndexError:
            return


together(drain)
print(sum(map(len, taken)), len({x for part in taken for x in part}), shared_list)
node = Node(0)


def change(me):
    for i in range(300):
        node.value = [me, i]
        node.next = Node(i)
        assert type(node.get()) is list and node.next.get() >= 0
        setattr(node, 'a%d' % (i % 20), i)
        assert node.__class__ is Node


together(change)
print(sorted(vars(node))[:3], len(vars(node)))


def numbers():
    n = 0
    while True:
        yield n
        n += 1


source, got = numbers(), [[] for _ in range(4)]


def consume(me):
    for _ in range(200):
        try:
            got[me].append(next(source))
        except ValueError as e:
            assert str(e) == 'generator already executing'


together(consume)
everything = [x for part in got for x in part]
print(len(everything) == len(set(everything)), next(numbers()))
refs = []


def drop(me):
    for i in range(100):
        n = Node(i)
        n.next = n if i % 2 else None
        refs.append(weakref.ref(n))


together(drop)
import gc
gc.collect()
print(len(refs), sum(r() is not None for r in refs))


def raising(me):
    for i in range(100):
        try:
            [][i]
        except IndexError as e:
            assert e.__traceback__.tb_frame.f_code.co_name == 'raising'
        try:
            {}[me]
        except KeyError as e:
            assert e.args == (me,)


together(raising)
make = [lambda i=i: i for i in range(4)]


def mutate(me):
    for i in range(50):
        Node.made = i
        Node.extra = property(lambda self: 5)
        assert Node(1).extra == 5
        cls = type('C%d' % me, (Node,), {'get': lambda self: -1})
        assert cls(3).get() == -1 and cls(3).value == 3


together(mutate)
print(Node.made, make[2]())
