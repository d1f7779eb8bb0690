"""Scenarios of the stress suite: each is run by several threads at once and has an invariant that must hold in the end, whatever the
interleaving. `python scenarios.py NAME THREADS SECONDS SEED` runs one; run.py runs them all."""
import _thread
import array
import collections
import functools
import gc
import heapq
import io
import itertools
import random
import string
import sys
import threading
import time
import types
import weakref

from harness import Counted, run, scenario, settled


@scenario
def list_operations(seed):
    shared = []

    def work(rng, me):
        for _ in range(50):
            op = rng.randrange(14)
            try:
                if op < 4:
                    shared.append((me, [rng.random()]))
                elif op == 4:
                    shared.pop()
                elif op == 5:
                    shared.pop(0)
                elif op == 6:
                    shared.insert(rng.randrange(10), (me, str(me) * 3))
                elif op == 7:
                    shared[rng.randrange(20)] = (me, {'a': me})
                elif op == 8:
                    item = shared[rng.randrange(-20, 20)]
                    assert type(item) is tuple and len(item) == 2
                elif op == 9:
                    for item in shared:
                        assert type(item[0]) is int
                elif op == 10:
                    copy = shared[rng.randrange(5):]
                    assert all(type(x) is tuple for x in copy)
                elif op == 11:
                    shared.reverse()
                elif op == 12 and len(shared) > 200:
                    del shared[50:]
                else:
                    shared.extend([(me, 1), (me, 2)])
            except IndexError:
                pass

    def check():
        assert all(type(x) is tuple and len(x) == 2 for x in shared)
        repr(shared), len(shared)
    return work, check


@scenario
def list_append_counts(seed):
    shared, done = [], collections.Counter()

    def work(rng, me):
        for i in range(100):
            shared.append((me, i))
        done[me] += 100

    def check():
        assert len(shared) == sum(done.values()), (len(shared), done)
        assert collections.Counter(x[0] for x in shared) == done
    return work, check


@scenario
def rows(seed):
    """Rows of lists, read by two subscripts at once: an item that its row's owner replaces may just be on its way to somebody else."""
    shared = [[Counted(me) for me in range(4)] for row in range(4)]
    index = [1]

    def work(rng, me):
        row, column = rng.randrange(4), rng.randrange(4)
        for i in range(300):
            if me % 2 == 0:
                shared[row][column] = Counted(i)
                shared[row][1] = Counted(me)
            else:
                assert shared[row][column].value >= 0
                assert shared[row][1].value >= 0
                assert shared[row][index[0]].value >= 0

    def check():
        shared.clear()
        settled(lambda: Counted.live == 0)
    return work, check


@scenario
def list_assigned_whole(seed):
    """l[:] = x replaces all there is, whatever the length: who copies the list sees what one thread assigned."""
    shared = [0]

    def work(rng, me):
        for _ in range(30):
            if rng.random() < .5:
                shared[:] = [me] * rng.randrange(1, 40)
            elif rng.random() < .2:
                shared[:] = (me,)
            else:
                seen = shared.copy()
                assert len(set(seen)) == 1, seen
    return work, lambda: None


@scenario
def list_remove_once(seed):
    """Each item goes to one of those who remove it, by search or by number; the others are told."""
    shared, counts = [], collections.defaultdict(collections.Counter)

    def work(rng, me):
        mine = counts[me]
        for i in range(30):
            n = rng.randrange(4)
            try:
                if rng.random() < .4:
                    shared.append(n)
                    mine[n] += 1
                elif rng.random() < .8:
                    shared.remove(n)
                    mine[n] -= 1
                else:
                    shared.append(n)
                    mine[n] += 1
                    while True:
                        mine[shared.pop()] -= 1
            except (ValueError, IndexError):
                pass

    def check():
        total = collections.Counter(shared)
        for n in range(4):
            assert sum(c[n] for c in counts.values()) == total[n], (counts, total)
    return work, check


@scenario
def list_pop_once(seed):
    shared = [Counted(i) for i in range(20000)]
    taken = collections.defaultdict(list)

    def work(rng, me):
        for _ in range(50):
            try:
                taken[me].append(shared.pop() if rng.random() < .5 else shared.pop(0))
            except IndexError:
                return

    def check():
        values = [x.value for v in taken.values() for x in v] + [x.value for x in shared]
        assert sorted(values) == list(range(20000)), len(values)
        taken.clear()
        shared.clear()
        settled(lambda: Counted.live == 0)
    return work, check


@scenario
def list_sort(seed):
    shared = [random.Random(seed).random() for _ in range(300)]
    total = sorted(shared)

    def work(rng, me):
        for _ in range(5):
            op = rng.randrange(3)
            try:
                if op == 0:
                    shared.sort(reverse=rng.random() < .5)
                elif op == 1:
                    shared.sort(key=lambda x: -x)
                else:
                    sorted(shared)
            except ValueError:
                pass

    def check():
        assert sorted(shared) == total
    return work, check


@scenario
def dict_operations(seed):
    shared = {}
    keys = ['k%d' % i for i in range(40)] + list(range(40)) + [(i, i) for i in range(10)] + [1.5, None]

    def work(rng, me):
        for _ in range(50):
            op, key = rng.randrange(12), rng.choice(keys)
            if op < 4:
                shared[key] = (key, [me])
            elif op < 6:
                value = shared.get(key)
                assert value is None or value[0] == key
            elif op == 6:
                shared.pop(key, None)
            elif op == 7:
                try:
                    for k, v in shared.items():
                        assert v[0] == k
                except RuntimeError:
                    pass
            elif op == 8:
                assert shared.setdefault(key, (key, 'default'))[0] == key
            elif op == 9:
                copy = dict(shared)
                assert all(v[0] == k for k, v in copy.items())
            elif op == 10:
                try:
                    k, v = shared.popitem()
                    assert v[0] == k
                except KeyError:
                    pass
            elif rng.random() < .02:
                shared.clear()
            else:
                assert key in shared or True
                list(shared), len(shared)

    def check():
        assert all(v[0] == k for k, v in shared.items()) and len(list(shared)) == len(shared)
    return work, check


@scenario
def dict_counts(seed):
    shared, made = {}, collections.Counter()

    def work(rng, me):
        for _ in range(50):
            n = made[me]
            shared[me, n] = Counted()
            shared[f'{me}-{n}'] = n
            made[me] = n + 1

    def check():
        assert len(shared) == 2 * sum(made.values())
        assert all(shared[f'{me}-{i}'] == i for me, n in made.items() for i in range(n))
        shared.clear()
        settled(lambda: Counted.live == 0)
    return work, check


class Slow:
    """A key whose comparison is Python code."""

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 7

    def __eq__(self, other):
        return self.n == other.n


@scenario
def dict_python_keys(seed):
    shared = {}

    def work(rng, me):
        for _ in range(20):
            n = rng.randrange(30)
            op = rng.randrange(4)
            if op < 2:
                shared[Slow(n)] = n
            elif op == 2:
                assert shared.get(Slow(n), n) == n
            else:
                shared.pop(Slow(n), None)

    def check():
        assert all(k.n == v for k, v in shared.items()) and len({k.n for k in shared}) == len(shared)
    return work, check


@scenario
def set_operations(seed):
    shared = set()

    def work(rng, me):
        for _ in range(50):
            op, x = rng.randrange(8), rng.choice('abcdefghijklmnop') * rng.randrange(1, 4)
            if op < 3:
                shared.add(x)
            elif op == 3:
                shared.discard(x)
            elif op == 4:
                x in shared
            elif op == 5:
                try:
                    for y in shared:
                        assert type(y) is str
                except RuntimeError:
                    pass
            elif op == 6:
                assert all(type(y) is str for y in frozenset(shared))
            else:
                shared.update([x, x + 'z'])
                (shared | {1}) - {x}

    def check():
        assert all(type(x) is str for x in shared) and len(list(shared)) == len(shared)
    return work, check


@scenario
def set_algebra(seed):
    """Operations on whole sets are one step each, unless Python code compares their keys: what comes and goes together does so, and what is
    moved from one set to the other is in their union at any time."""
    stays = [1000, 'stays', (1, 'stays'), 2.5] + ['stays%d' % i for i in range(12)]
    groups = [[i - 50, 'a%d' % i, (i, 'b'), ((i,), 'c')] for i in range(6)]
    tokens = [[k for i in range(3) for k in (me * 1024 + i, 'token%d %d' % (me, i), (me, i))] for me in range(8)]
    shared, known = set(stays), {*stays, *sum(groups, [])}
    first, second = {*sum(tokens, [])}, set()
    everything = frozenset(first)
    looks = (frozenset, set.copy, list, tuple, known.intersection,
             lambda s: s | {0}, lambda s: s - {0}, lambda s: s & known, lambda s: s ^ {0})

    def work(rng, me):
        for _ in range(30):
            op, group = rng.randrange(12), rng.choice(groups)
            shape = rng.choice((list, tuple, set, frozenset, dict.fromkeys))(group)
            if op == 0:
                shared.update(shape)
            elif op == 1:
                shared.difference_update(shape)
            elif op == 2:
                shared.symmetric_difference_update(shape)
            elif op == 3:
                shared.intersection_update(stays + group + rng.choice(groups))
            elif op == 4:
                shared.update(group[:2], group[2:])
            elif op in (5, 6):
                seen = rng.choice(looks)(shared)
                assert all(k in seen for k in stays), seen
                for other in groups:
                    assert sum(k in seen for k in other) in (0, 4), seen
            elif op == 7:
                assert all(k in shared for k in stays), 'what nobody removes was missed'
            elif op == 8:
                try:
                    for k in shared:
                        assert k in known, k
                except RuntimeError:
                    pass
            elif op == 9:
                assert not shared.isdisjoint(stays) and shared >= set(stays) and shared.issuperset(stays) and shared <= known
            elif op == 10:
                token = rng.choice(tokens[me % 8])
                source, target = (first, second) if token in first else (second, first)
                target.add(token)
                source.remove(token)
            else:
                both = rng.choice((lambda: first | second, lambda: second | first, lambda: first.union(second),
                                   lambda: second.union(first)))()
                assert both == everything, everything - both

    def check():
        assert all(sum(k in shared for k in group) in (0, 4) for group in groups)
        assert first.isdisjoint(second) and first | second == everything
    return work, check


@scenario
def set_compared_keys(seed):
    """Keys that Python code compares, and that other threads add and remove meanwhile: no two equal ones, and each comes out once."""
    shared = set()

    def work(rng, me):
        for _ in range(10):
            op, key = rng.randrange(8), Slow(rng.randrange(14))
            if op < 3:
                shared.add(key)
            elif op == 3:
                shared.discard(key)
            elif op == 4:
                key in shared
            elif op == 5:
                shared.update([key, Slow(1)])
            elif op == 6:
                shared ^ {key}, shared | {key}, shared - {key}, shared == {key}
            else:
                try:
                    assert type(shared.pop()) is Slow
                except KeyError:
                    pass

    def check():
        assert len({k.n for k in shared}) == len(shared) == len(list(shared)), [k.n for k in shared]
        assert all(k in shared for k in shared)
    return work, check


@scenario
def set_tokens(seed):
    """Each item that is put into a set is taken out by one."""
    shared = set()
    put, got = collections.Counter(), collections.Counter()

    def work(rng, me):
        for _ in range(50):
            if rng.random() < .5:
                put[me] += 1
                shared.add(rng.choice((int, str, lambda n: (n,)))(me << 40 | put[me]))
            else:
                try:
                    token = shared.pop()
                except KeyError:
                    continue
                assert token not in shared
                got[me] += 1

    def check():
        assert sum(put.values()) == sum(got.values()) + len(shared)
        n = len(shared)
        assert n == sum(1 for _ in shared)
    return work, check


@scenario
def counters(seed):
    """What is counted is counted once, and what is joined was in the list at one moment."""
    shared, total = collections.Counter(), collections.Counter()
    words = list('abc\u20ac')

    def work(rng, me):
        keys = rng.choice(('abcab', range(5), [(1, 2), 'a', 1 << 70, 2.5], ['\u20ac', 'a']))
        for _ in range(10):
            shared.update(keys)
            total[me] += len(keys)
            words.reverse()
            text = ''.join(words)
            assert text in ('abc\u20ac', '\u20accba'), text

    def check():
        assert sum(shared.values()) == sum(total.values()), (shared, total)
    return work, check


@scenario
def bytearray_pieces(seed):
    """Any slice of a bytearray that grows and shrinks by pairs is made of pairs, and its iterators give nothing else."""
    data = bytearray(b'ab' * 4)

    def work(rng, me):
        for _ in range(40):
            op = rng.randrange(8)
            if op == 0:
                data.extend(b'ab' * rng.randrange(4))
            elif op == 1:
                del data[:2]
            elif op == 2:
                data[2:2] = b'abab'
            elif op == 3:
                data[-2:] = b''
            elif op == 4:
                data[:] = b'ab' * rng.randrange(1, 60)
            elif op == 5:
                assert {*data} <= {*b'ab'}
            else:
                piece = rng.choice((lambda: data[:], lambda: data[-4:], lambda: data[2:8], lambda: data[:4], lambda: data[-8:-2]))()
                assert piece == b'ab' * (len(piece) // 2), piece

    def check():
        assert data == b'ab' * (len(data) // 2), data
    return work, check


@scenario
def deque_queue(seed):
    queue = collections.deque()
    put, got = collections.Counter(), collections.defaultdict(list)

    def work(rng, me):
        for _ in range(50):
            if me % 2:
                queue.append((me, put[me]))
                put[me] += 1
            else:
                try:
                    got[me].append(queue.popleft())
                except IndexError:
                    pass
            if rng.random() < .1:
                try:
                    len(queue), list(queue), (1, 1) in queue
                except RuntimeError:
                    pass

    def check():
        everything = [x for v in got.values() for x in v] + list(queue)
        assert sorted(everything) == [(me, i) for me in sorted(put) for i in range(put[me])]
        for items in got.values():  # each reader sees each writer's items in order
            last = {}
            for me, i in items:
                assert last.get(me, -1) < i
                last[me] = i
    return work, check


@scenario
def buffers(seed):
    data, numbers, stream = bytearray(b'abc'), array.array('i', [1, 2, 3]), io.BytesIO()

    def work(rng, me):
        for _ in range(30):
            op = rng.randrange(8)
            try:
                if op == 0:
                    data.extend(b'xyz')
                elif op == 1:
                    del data[: rng.randrange(5)]
                elif op == 2:
                    numbers.append(rng.randrange(100))
                elif op == 3:
                    numbers.pop()
                elif op == 4:
                    stream.write(b'hello')
                elif op == 5:
                    stream.seek(0)
                    stream.read(3)
                elif op == 6:
                    assert set(bytes(data)) <= set(b'abcxyz')
                    if len(data) > 5000:
                        data.clear()
                else:
                    with memoryview(data) as view:
                        bytes(view)
                    sum(numbers)
                    if len(numbers) > 5000:
                        del numbers[:]
            except (BufferError, IndexError):
                pass

    def check():
        assert set(bytes(data)) <= set(b'abcxyz') and set(stream.getvalue()) <= set(b'hello\0')
    return work, check


@scenario
def attributes(seed):
    class Thing:
        pass

    things = [Thing() for _ in range(8)]
    names = list(string.ascii_lowercase)

    def work(rng, me):
        for _ in range(50):
            thing, name = rng.choice(things), rng.choice(names)
            op = rng.randrange(7)
            if op < 3:
                setattr(thing, name, (name, [me]))
            elif op == 3:
                value = getattr(thing, name, None)
                assert value is None or value[0] == name
            elif op == 4:
                try:
                    delattr(thing, name)
                except AttributeError:
                    pass
            elif op == 5:
                thing.a = ('a', me)
                value = getattr(thing, 'a', ('a',))
                assert value[0] == 'a'
            elif rng.random() < .1:
                try:
                    assert all(v[0] == k for k, v in thing.__dict__.items())
                except RuntimeError:
                    pass
            else:
                things[rng.randrange(8)] = Thing()

    def check():
        for thing in things:
            assert all(v[0] == k for k, v in vars(thing).items())
    return work, check


@scenario
def instance_slots(seed):
    class Node:
        __slots__ = 'next', 'value', '__weakref__'

        def __init__(self, value):
            self.value = value
            self.next = None

    head = Node(0)

    def work(rng, me):
        for _ in range(50):
            node = Node(me)
            node.next = head.next
            head.next = node
            n, at = 0, head.next
            while at is not None and n < 20:
                assert type(at.value) is int
                at, n = at.next, n + 1
            if n == 20:
                head.next.next = None

    def check():
        assert type(head.next) is Node
    return work, check


@scenario
def class_mutation(seed):
    class Base:
        x = 0

        def f(self):
            return 1

    class Derived(Base):
        pass

    objects = [Derived() for _ in range(4)]

    def work(rng, me):
        for _ in range(20):
            op, o = rng.randrange(9), rng.choice(objects)
            if op == 0:
                Base.f = lambda self: 2
            elif op == 1:
                Derived.f = lambda self: 3
            elif op == 2:
                try:
                    del Derived.f
                except AttributeError:
                    pass
            elif op == 3:
                Base.x = [me]
            elif op == 4:
                Base.p = property(lambda self: 7)
            elif op == 5:
                Base.p = 8
            elif op == 6:
                assert type('Made', (Derived,), {'y': me})().y == me
            else:
                assert o.f() in (1, 2, 3) and (o.x == 0 or type(o.x[0]) is int) and getattr(o, 'p', 8) in (7, 8)

    def check():
        assert Derived.__mro__ == (Derived, Base, object)
        settled(lambda: not [c for c in Derived.__subclasses__() if c.__name__ == 'Made'])
    return work, check


module_value = 0


@scenario
def global_variables(seed):
    ns = {'value': ('value', 0), '__builtins__': __builtins__}
    exec('def read():\n    return value\ndef write(x):\n    global value\n    value = ("value", [x])\ndef add(n):\n    globals()["g%d" % n] = n\n'
         'def remove(n):\n    globals().pop("g%d" % n, None)\n', ns)

    def work(rng, me):
        read, write, add, remove = ns['read'], ns['write'], ns['add'], ns['remove']
        for _ in range(50):
            write(me)
            assert read()[0] == 'value'
            add(rng.randrange(50))
            remove(rng.randrange(50))

    def check():
        assert ns['read']()[0] == 'value'
    return work, check


@scenario
def closures(seed):
    def make():
        cell = ('cell', 0)

        def read():
            return cell

        def write(x):
            nonlocal cell
            cell = ('cell', [x])
        return read, write

    read, write = make()

    def work(rng, me):
        for _ in range(100):
            write(me)
            assert read()[0] == 'cell'

    def check():
        assert read()[0] == 'cell'
    return work, check


@scenario
def generators(seed):
    def count():
        for i in itertools.count():
            yield i

    state = {'g': count(), 'seen': collections.defaultdict(list)}

    def work(rng, me):
        seen = state['seen'][me]
        for _ in range(50):
            try:
                seen.append(next(state['g']))
            except ValueError as e:
                assert 'already executing' in str(e)
            except StopIteration:
                pass
        def own(n):
            x = yield n
            while True:
                x = yield x
        g = own(me)
        assert next(g) == me and g.send('a') == 'a'
        for i in (x for x in range(5)):
            pass
        try:
            for i in state['g']:
                seen.append(i)
                if rng.random() < .3:
                    break
        except ValueError:
            pass

    def check():
        numbers = [x for v in state['seen'].values() for x in v]
        assert len(numbers) == len(set(numbers)), 'a value was given out twice'
    return work, check


@scenario
def iterators(seed):
    items = list(range(500))
    kinds = [lambda: iter(items), lambda: iter(tuple(items)), lambda: iter(range(500)), lambda: enumerate(items), lambda: zip(items, items),
             lambda: map(str, items), lambda: iter(dict.fromkeys(items)), lambda: reversed(items), lambda: iter('x' * 500), lambda: itertools.chain(items, items),
             lambda: itertools.islice(items, 400), lambda: filter(None, items), lambda: iter(set(items)), lambda: itertools.cycle(items), lambda: iter(b'abc' * 100)]
    box = [kinds[0]()]

    def work(rng, me):
        for _ in range(30):
            try:
                it = box[0]
                for _ in range(20):
                    next(it)
            except StopIteration:
                box[0] = rng.choice(kinds)()
            except (RuntimeError, ValueError):
                box[0] = rng.choice(kinds)()

    return work, lambda: None


@scenario
def weak_references(seed):
    class Target:
        pass

    shared, called = [Target() for _ in range(10)], []
    table, keyed = weakref.WeakValueDictionary(), weakref.WeakKeyDictionary()

    def work(rng, me):
        for _ in range(20):
            i = rng.randrange(10)
            op = rng.randrange(6)
            if op == 0:
                shared[i] = Target()
            elif op == 1:
                ref = weakref.ref(shared[i])
                o = ref()
                assert o is None or type(o) is Target
            elif op == 2:
                weakref.ref(shared[i], called.append)
            elif op == 3:
                table[rng.randrange(5)] = shared[i]
            elif op == 4:
                o = table.get(rng.randrange(5))
                assert o is None or type(o) is Target
            else:
                p = weakref.proxy(shared[i])
                try:
                    p.x = me
                except ReferenceError:
                    pass

    def check():
        shared.clear()
        settled(lambda: not list(table.values()))
    return work, check


@scenario
def exceptions(seed):
    shared = []

    def fail(depth):
        if depth:
            fail(depth - 1)
        raise KeyError(depth)

    def work(rng, me):
        for _ in range(20):
            try:
                fail(rng.randrange(5))
            except KeyError as e:
                shared.append(e)
                if len(shared) > 20:
                    try:
                        old = shared.pop(0)
                        old.__traceback__ = None
                        raise ValueError from old
                    except (ValueError, IndexError) as e2:
                        assert e2.__context__ is not None
            try:
                e = shared[rng.randrange(5)]
                try:
                    raise e
                except KeyError as again:
                    assert again is e
            except IndexError:
                pass
        assert sys.exc_info() == (None, None, None)

    def check():
        assert all(type(e) is KeyError for e in shared)
    return work, check


@scenario
def collector(seed):
    class Cycle:
        def __init__(self):
            self.me = self
            self.data = Counted()

    def work(rng, me):
        for _ in range(50):
            c = Cycle()
            c.list = [c, {1: c}]
        if rng.random() < .2:
            gc.collect(rng.randrange(3))
        if rng.random() < .05:
            gc.get_objects(0), gc.get_stats()

    def check():
        settled(lambda: Counted.live == 0)
    return work, check


@scenario
def finalizers(seed):
    kept = []

    class Phoenix:
        def __del__(self):
            kept.append(self)
            if len(kept) > 50:
                kept.pop(0)

    class Pair:
        def __del__(self):
            self.other = None

    def work(rng, me):
        for _ in range(20):
            Phoenix()
            a, b = Pair(), Pair()
            a.other, b.other = b, a
            if kept:
                try:
                    assert type(kept[rng.randrange(len(kept))]) is Phoenix
                except (IndexError, ValueError):
                    pass

    def check():
        assert all(type(x) is Phoenix for x in kept)
    return work, check


@scenario
def interning(seed):
    def work(rng, me):
        for _ in range(50):
            text = 'name_%d' % rng.randrange(200)
            a = sys.intern(text)
            b = sys.intern('name_' + str(int(text[5:])))
            assert a is b and a == text
            setattr(types.SimpleNamespace(), text, 1)

    return work, lambda: None


@scenario
def strings(seed):
    box = ['']

    def work(rng, me):
        for _ in range(30):
            s = box[0]
            s += str(me)
            s += chr(rng.randrange(0x20, 0x400))
            box[0] = s if len(s) < 200 else ''
            assert s.upper().lower() is not None and ('%s|%r' % (s, s)).startswith(s)
            hash(s), s.encode(), s.split(','), f'{s:>10}'

    return work, lambda: None


@scenario
def locks_and_counter(seed):
    state = {'n': 0, 'r': 0, 'done': collections.Counter()}
    lock, rlock, semaphore = threading.Lock(), threading.RLock(), threading.Semaphore(2)
    condition, inside = threading.Condition(), collections.Counter()

    def work(rng, me):
        for _ in range(30):
            with lock:
                state['n'] += 1
            with rlock, rlock:
                state['r'] += 1
            with semaphore:
                with condition:
                    inside['n'] += 1
                    assert inside['n'] <= 2
                    condition.notify()
                with condition:
                    inside['n'] -= 1
            if lock.acquire(timeout=rng.random() / 1000):
                lock.release()
        state['done'][me] += 30

    def check():
        assert state['n'] == state['r'] == sum(state['done'].values())
    return work, check


@scenario
def locks_in_turns(seed):
    """Waiters with and without time limits, short turns and long ones: nobody is forgotten, nobody comes in twice."""
    locks = [threading.Lock() for _ in range(3)]
    inside, turns = [0] * 3, [0] * 3
    events = [threading.Event() for _ in range(4)]

    def work(rng, me):
        for _ in range(60):
            k = rng.randrange(3)
            limit = rng.choice((-1, -1, 0.00005, 0.0003, 0.002))
            for _ in range(rng.randrange(1, 30)):
                if not locks[k].acquire(timeout=limit):
                    continue
                inside[k] += 1
                assert inside[k] == 1
                turns[k] += 1
                if rng.random() < 0.02:
                    time.sleep(rng.random() / 5000)
                inside[k] -= 1
                locks[k].release()
            event = events[rng.randrange(4)]
            if rng.random() < 0.5:
                event.set()
            else:
                event.wait(0.0002)
                event.clear()

    def check():
        assert inside == [0] * 3 and not any(lock.locked() for lock in locks)
    return work, check


@scenario
def functools_and_operators(seed):
    calls = collections.Counter()

    @functools.lru_cache(maxsize=20)
    def cached(n):
        calls[n] += 1
        return ('n', n)

    heap = []

    def work(rng, me):
        for _ in range(30):
            n = rng.randrange(40)
            assert cached(n) == ('n', n)
            heapq.heappush(heap, rng.random())
            try:
                assert 0 <= heapq.heappop(heap) < 1
            except IndexError:
                pass
            functools.reduce(lambda a, b: a + b, [1, 2, 3])

    def check():
        assert all(type(x) is float for x in heap)
    return work, check


@scenario
def imports(seed):
    names = ['colorsys', 'textwrap', 'shlex', 'bisect', 'calendar', 'string', 'numbers', 'stat', 'keyword', 'fnmatch', 'sched', 'this_is_not_there']

    def work(rng, me):
        for name in rng.sample(names, 3):
            try:
                m = __import__(name)
                assert m.__name__ == name
            except ImportError:
                assert name == 'this_is_not_there'
            except KeyError as e:
                assert e.args == (name,)  # taken out of sys.modules while it was loaded
            if rng.random() < .2:
                sys.modules.pop(name, None)

    return work, lambda: None


@scenario
def threads_come_and_go(seed):
    local = threading.local()

    def work(rng, me):
        results = []

        def child():
            local.x = [me]
            results.append(local.x[0])
        children = [threading.Thread(target=child) for _ in range(3)]
        for t in children:
            t.start()
        for t in children:
            t.join()
        assert results == [me] * 3

    return work, lambda: None


@scenario
def threads_joined_by_several(seed):
    def work(rng, me):
        go, ended = threading.Event(), []
        target = threading.Thread(target=go.wait)
        target.start()

        def join():
            go.wait()
            while target.is_alive():
                target.join(rng.choice((None, None, 10, 1e-6)))
            ended.append(target.is_alive())
        joiners = [threading.Thread(target=join) for _ in range(rng.randrange(2, 5))]
        for t in joiners:
            t.start()
        go.set()
        for t in joiners:
            t.join()
        assert ended == [False] * len(joiners)

    return work, lambda: None


@scenario
def exceptions_sent(seed):
    """One thread raises exceptions in another, wherever that is: what it has in its hands is let go of, and nothing is caught twice."""
    import ctypes
    send = ctypes.pythonapi.PyThreadState_SetAsyncExc
    send.argtypes = ctypes.c_ulong, ctypes.py_object

    hits = []

    class Hit(Exception):
        pass

    class Held:  # (a finalizer would swallow them)
        def __init__(self, value):
            self.value = value

    def items(n):
        c = Held(n)
        for i in range(n):
            yield c.value + i

    def play(rng):
        d = {}
        for x in items(rng.randrange(20)):
            d[x] = [Held(x)]
        class C:
            held = d
            def method(self, *args, **more):
                return sorted(self.held, key=lambda k: -k), args, more
        try:
            C().method(*d, **{str(k): v for k, v in d.items()})
            [y for x in d.values() for y in x]
        finally:
            d.clear()

    # Not threads of threading's: its own code isn't made for that. A dead thread's number is soon another's: nothing is sent while one begins.
    turn = threading.Lock()
    unseen = sys.unraisablehook
    sys.unraisablehook = lambda args: None if args.exc_type is Hit else unseen(args)

    def work(rng, me):
        ready, done, life = [], [], []

        def child():
            mine = random.Random(rng.random())
            life.append(_thread._set_sentinel())
            life[0].acquire()
            ready.append(1)
            while True:
                try:
                    while not done:
                        play(mine)
                    for i in range(200):  # what was sent last comes here
                        pass
                    return
                except Hit:
                    hits.append(None)
        with turn:
            ident = _thread.start_new_thread(child, ())
            while not ready:
                time.sleep(1e-5)
        time.sleep(1e-4)
        for i in range(rng.randrange(1, 20)):
            with turn:
                if not life[0].locked():
                    break
                send(ident, Hit)
            if rng.randrange(3) == 0:
                time.sleep(rng.random() * 1e-4)
        done.append(1)
        life[0].acquire()

    def check():
        assert hits
        settled(lambda: not any(type(o) is Held for o in gc.get_objects()))
        sys.unraisablehook = unseen

    return work, check


@scenario
def frames_of_others(seed):
    def deep(n):
        return deep(n - 1) if n else sum(range(50))

    def work(rng, me):
        deep(10)
        if rng.random() < .05:
            for f in sys._current_frames().values():
                assert f.f_code.co_name and f.f_lineno

    return work, lambda: None


if __name__ == '__main__':
    import scenarios_changes
    import scenarios_collector
    import scenarios_library
    import scenarios_modules
    import scenarios_objects
    import scenarios_types
    sys.exit(not run(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])))
