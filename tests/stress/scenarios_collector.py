"""What the collector frees is garbage, all of it in the end, and nothing else: objects that change hands, with and without being counted anew, while the
threads that made them collect their young ones."""
import collections
import gc
import queue
import weakref

from harness import Counted, scenario, settled


class Node(Counted):
    def __init__(self, value):
        super().__init__()
        self.value = self.same = value
        self.list = [self]
        self.dict = {value: self}
        self.function = lambda: self  # a function and a cell

    def neighbours(self):
        for n in self.list[:5]:
            yield n
        yield from list(self.dict.values())[:3]
        yield self.function()


def graph(rng, me):
    nodes = [Node(('v', me, rng.random())) for _ in range(rng.randrange(1, 8))]
    for n in nodes:
        for _ in range(rng.randrange(3)):
            other = rng.choice(nodes)
            op = rng.randrange(4)
            if op == 0:
                n.list.append(other)
            elif op == 1:
                n.dict[other.value] = other
            elif op == 2:
                n.tuple = (other, [other])
            else:
                n.bound = other.neighbours
    return nodes[0]


def walk(rng, node):
    """A few steps at random; each node met is whole."""
    for _ in range(8):
        assert node.value is node.same and type(node) is Node
        node = rng.choice(list(node.neighbours()))
    return node


def garbage(n):
    for _ in range(n):
        a = []
        b = {'a': a}
        a.append(b)


@scenario
def graphs_change_hands(seed):
    line, waiting, shared = queue.SimpleQueue(), collections.deque(), [Node(('s', i, i)) for i in range(6)]

    def work(rng, me):
        own = []
        for _ in range(6):
            for _ in range(10):
                g = graph(rng, me)
                op = rng.randrange(7)
                if op == 0:
                    line.put(g)
                elif op == 1:
                    waiting.append(g)
                elif op == 2:
                    shared[rng.randrange(6)] = g
                elif op == 3:
                    own.append(g)
                elif op == 4:
                    shared[rng.randrange(6)].list.append(g)
            garbage(60)
            got = list(own)
            for take in (line.get_nowait, waiting.popleft, lambda: shared[rng.randrange(6)]):
                try:
                    got.append(take())
                except (queue.Empty, IndexError):
                    pass
            for g in got:
                one, other = walk(rng, g), walk(rng, rng.choice(got))
                try:
                    if rng.random() < .5:
                        other.list.append(one.list.pop())
                    else:
                        other.dict.update([one.dict.popitem()])
                except (IndexError, KeyError):
                    pass
                one.list.append(one)
                one.link, other.link = other, one
                if rng.random() < .2:
                    line.put(one)
            if len(own) > 20:
                del own[:10]
            while line.qsize() > 50:
                try:
                    line.get_nowait()
                except queue.Empty:
                    break
            while len(waiting) > 50:
                waiting.popleft()
            for i in range(6):
                if len(shared[i].list) > 30:
                    shared[i] = graph(rng, me)

    def check():
        while line.qsize():
            line.get()
        shared.clear()
        waiting.clear()
        settled(lambda: Counted.live == 0)
    return work, check


@scenario
def weakly_known_garbage(seed):
    """Cycles that weak references know, and some that their finalisers bring back: who asks gets a whole object or none."""
    known, back = [None] * 10, collections.deque(maxlen=20)

    class Phoenix(Node):
        def __del__(self):
            if self.value[2] < .3:
                back.append(self)
            super().__del__()

    def work(rng, me):
        for _ in range(5):
            for _ in range(20):
                g = graph(rng, me) if rng.random() < .7 else Phoenix(('p', me, rng.random()))
                if rng.random() < .5:
                    known[rng.randrange(10)] = weakref.ref(walk(rng, g) if type(g) is Node else g)
            del g
            garbage(100)
            for r in known:
                o = r and r()
                if o is not None:
                    assert o.value is o.same and o.list[0].value is not None
                    o.list.append([o])
            if back and rng.random() < .5:
                try:
                    o = back.pop()
                    assert type(o) is Phoenix and o.value is o.same and o.function() is o
                except IndexError:
                    pass

    def check():
        back.clear()
        gc.collect()
        back.clear()
    return work, check
