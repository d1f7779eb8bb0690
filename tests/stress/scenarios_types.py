"""Random operations on each built-in type: shared objects, any method with any of a pool of arguments, and what must hold of each type
however the operations interleave."""
import array
import collections
import contextvars
import functools
import gc
import io
import itertools
import operator
import sys
import types
import weakref

from harness import Counted, scenario, settled

# Attributes that block, end the process, or make something of unlimited size.
SKIPPED = {'__reduce__', '__reduce_ex__', '__init_subclass__', '__subclasshook__', '__class_getitem__', '__mul__', '__rmul__', '__imul__',
           '__pow__', '__rpow__', '__lshift__', '__rlshift__', 'ljust', 'rjust', 'center', 'zfill', 'expandtabs', 'truncate', 'seek',
           'fromfile', 'tofile', 'detach', 'close', '__exit__', '__del__', '__dir__', '__doc__', '__format__', 'format', 'translate',
           '__class__', 'fileno', 'isatty', '__sizeof__', '__dict__', '__new__', 'mro'}


class Equal:
    """A key whose comparison is Python code."""
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return isinstance(other, Equal) and self.n == other.n

    def __hash__(self):
        return self.n % 3


def methods_of(value):
    names = []
    for name in dir(type(value)):
        if name in SKIPPED or name.startswith('_') and not name.endswith('__'):
            continue
        if callable(getattr(type(value), name, None)):
            names.append(name)
    return names


def any_method(make, pool, check=None, rounds=40, renew=0.01, itself=.05, itself_within=True):
    """Each thread calls random methods of one shared object with random arguments; now and then somebody replaces the object. Without
    itself_within the object is never one of several arguments, so that it does not come to hold itself."""
    def setup(seed):
        shared = [make()]
        names = methods_of(shared[0])

        def work(rng, me):
            for _ in range(rounds):
                target = shared[0]
                if rng.random() < renew or sys.getsizeof(target, 0) > 100000:
                    shared[0] = make()
                count = rng.choice((0, 0, 1, 1, 1, 2, 2, 3))
                args = [shared[0] if (itself_within or count == 1) and rng.random() < itself else rng.choice(pool) for _ in range(count)]
                try:
                    result = getattr(target, rng.choice(names))(*args)
                    if hasattr(result, '__next__') and result is not target:
                        for _ in zip(range(5), result):
                            pass
                except (Exception, GeneratorExit):
                    pass

        def end():
            if check:
                check(shared[0])
            try:
                repr(shared[0])
            except (ValueError, AttributeError, RecursionError):
                pass  # half initialised by a second __init__, or an exception in its own arguments
        return work, end
    return setup


def type_scenario(name, make, pool, check=None, **options):
    setup = any_method(make, pool, check, **options)
    setup.__name__ = name
    scenario(setup)


INTS = [0, 1, 2, 3, -1, -2, 5, 7, 100, True]
TEXTS = ['', 'a', 'b', 'ab', 'a b', 'äöü', 'x' * 20, '\U0001f600', 'utf-8', 'ascii']
BYTES = [b'', b'a', b'b', b'ab', b'\0\xff', b'x' * 20, bytearray(b'ab')]
KEYS = INTS + TEXTS + [(1, 2), Equal(1), Equal(2), Equal(4), None, 2.5, frozenset((1, 2))]
SEQUENCES = [[1, 2, 3], (3, 4), 'xyz', range(4), {1: 2}, {5, 6}, slice(0, 2), slice(None, None, 2), slice(3, 0, -1)]
CALLABLES = [len, str, lambda *a: 0, lambda x=0: x]


def same_items(x):
    assert len(list(x)) == len(x)


def sound_dict(d):
    items = list(d.items())
    assert len(items) == len(d) == len(list(d)) == len(list(reversed(d)))
    for k, v in items:
        assert d[k] is v


type_scenario('type_list', lambda: [1, 2, 'a', None, 2.5, [3]], INTS + SEQUENCES + CALLABLES + [[], Equal(1)], same_items)
type_scenario('type_tuple', lambda: (1, 2, 'a', Equal(1)), INTS + SEQUENCES + [Equal(1)], same_items)
type_scenario('type_dict', lambda: {1: 2, 'a': 'b', Equal(1): 3, (1, 2): None}, KEYS + [{1: 3}, {'z': 1, 2: 2}, [(1, 2)]], sound_dict)
type_scenario('type_str_dict', lambda: {'a': 1, 'b': 2, 'c': 3}, TEXTS + [{'z': 1, 'y': 2}, [('k', 2)]], sound_dict)
type_scenario('type_set', lambda: {1, 2, 'a', Equal(1)}, KEYS + [{1, 'b'}, {Equal(2)}, frozenset('ab'), [1, 9], {1: 1}], same_items)
type_scenario('type_frozenset', lambda: frozenset((1, 2, 'a', Equal(1))), KEYS + [{1, 'b'}, {Equal(2)}, frozenset('ab'), [1, 9]], same_items)
type_scenario('type_str', lambda: 'some text äö', TEXTS + INTS + SEQUENCES + [None], same_items)
type_scenario('type_bytes', lambda: b'some bytes \xff', BYTES + INTS + SEQUENCES + TEXTS, same_items)
type_scenario('type_bytearray', lambda: bytearray(b'some bytes'), BYTES + INTS + SEQUENCES + TEXTS, same_items)
type_scenario('type_deque', lambda: collections.deque([1, 2, 3, 'a'], 50), INTS + SEQUENCES + [Equal(1), collections.deque('ab')], same_items)
type_scenario('type_ordered_dict', lambda: collections.OrderedDict(a=1, b=2, c=3),
              KEYS + [{'x': 1}, collections.OrderedDict(q=1), False], sound_dict)
type_scenario('type_defaultdict', lambda: collections.defaultdict(list, {1: [], 'a': 2}), KEYS + [{'x': 1}], sound_dict)
# A counter that is one of its own counts doubles its texts with each level that `c += c` nests: gigabytes, in CPython too.
type_scenario('type_counter', lambda: collections.Counter('abracadabra'), KEYS + ['abc', collections.Counter('abc')], sound_dict,
              itself_within=False)
type_scenario('type_chain_map', lambda: collections.ChainMap({1: 2}, {'a': 3}), KEYS + [{'x': 1}])
type_scenario('type_array', lambda: array.array('l', range(10)), INTS + SEQUENCES + BYTES + [array.array('l', [5, 6])], same_items)
type_scenario('type_memoryview', lambda: memoryview(bytearray(b'0123456789' * 4)), INTS + BYTES + SEQUENCES + ['B', 'c', 'H'], renew=.05)
type_scenario('type_int', lambda: 12345678901234567890, INTS + [2.5, 1 << 70, 'little'])
type_scenario('type_float', lambda: 12345.678, INTS + [2.5, float('nan')])
type_scenario('type_complex', lambda: complex(1, 2), INTS + [2.5, 1j])
type_scenario('type_range', lambda: range(2, 200, 3), INTS + SEQUENCES, same_items)
type_scenario('type_namespace', lambda: types.SimpleNamespace(a=1, b=[2]), TEXTS + INTS)
type_scenario('type_mappingproxy', lambda: types.MappingProxyType({1: 2, 'a': 3}), KEYS)
type_scenario('type_method', lambda: Equal(3).__eq__, KEYS)
type_scenario('type_partial', lambda: functools.partial(max, 3, 5), KEYS + [((lambda *a: 1), (1,), {}, None)])
type_scenario('type_property', lambda: property(lambda s: 1, lambda s, v: None), KEYS + CALLABLES)
type_scenario('type_slice', lambda: slice(1, 20, 3), INTS + SEQUENCES)
type_scenario('type_generic_alias', lambda: list[int], KEYS)
type_scenario('type_union', lambda: int | str, KEYS + [int, list])
type_scenario('type_exception', lambda: ValueError('text', 3), INTS + TEXTS + [None, KeyError(1), (1, 2)])
type_scenario('type_code', lambda: same_items.__code__, INTS)
type_scenario('type_function', lambda: (lambda a, b=2: a), INTS + TEXTS)
type_scenario('type_bytes_io', lambda: io.BytesIO(b'0123456789' * 10), BYTES + INTS + [bytearray(8)])
type_scenario('type_string_io', lambda: io.StringIO('text\nof lines\n' * 5), TEXTS + INTS)
type_scenario('type_text_wrapper', lambda: io.TextIOWrapper(io.BytesIO(b'text\nof lines\n' * 50), 'utf-8'), TEXTS + INTS)
type_scenario('type_buffered_reader', lambda: io.BufferedReader(io.BytesIO(b'0123456789' * 100), 16), BYTES + INTS + [bytearray(8)])
type_scenario('type_buffered_writer', lambda: io.BufferedWriter(io.BytesIO(), 16), BYTES + INTS)
type_scenario('type_buffered_random', lambda: io.BufferedRandom(io.BytesIO(b'0123456789' * 100), 16), BYTES + INTS + [bytearray(8)])
type_scenario('type_context', contextvars.copy_context, KEYS)
type_scenario('type_context_var', lambda: contextvars.ContextVar('v', default=1), KEYS)
type_scenario('type_weak_dict', weakref.WeakValueDictionary, KEYS + [{'x': Equal(5)}])
type_scenario('type_weak_set', lambda: weakref.WeakSet(KEYS[-4:-3]), [Equal(1), Equal(2), Equal(4), same_items])
type_scenario('type_attrgetter', lambda: operator.attrgetter('real', 'imag'), INTS)
type_scenario('type_cached', lambda: functools.lru_cache(5)(lambda *a: len(a)), KEYS)


ITERATORS = {
    'list': lambda n: iter(list(range(n))), 'tuple': lambda n: iter(tuple(range(n))), 'range': lambda n: iter(range(n)),
    'long range': lambda n: (x >> 70 for x in range(1)) and map((1 << 70).__rsub__, iter(range(1 << 70, (1 << 70) + n))),
    'reversed': lambda n: reversed(list(range(n))), 'dict': lambda n: iter({i: i for i in range(n)}),
    'dict values': lambda n: iter({i: i for i in range(n)}.values()), 'set': lambda n: iter(set(range(n))),
    'bytes': lambda n: iter(bytes(i % 256 for i in range(n))), 'deque': lambda n: iter(collections.deque(range(n))),
    'map': lambda n: map(int, list(range(n))), 'filter': lambda n: filter(lambda x: True, list(range(n))),
    'chain': lambda n: itertools.chain(range(n // 2), range(n // 2, n)), 'islice': lambda n: itertools.islice(itertools.count(), n),
    'accumulate': lambda n: itertools.accumulate([1] * n), 'takewhile': lambda n: itertools.takewhile(lambda x: x < n, itertools.count()),
    'compress': lambda n: itertools.compress(range(n), [1] * n), 'starmap': lambda n: itertools.starmap(int, [(i,) for i in range(n)]),
    'repeat': lambda n: itertools.repeat(3, n), 'reverse dict': lambda n: reversed({i: i for i in range(n)}),
    'array': lambda n: iter(array.array('l', range(n))),
    'ordered': lambda n: iter(collections.OrderedDict.fromkeys(range(n))),
}


@scenario
def iterators_give_each_item_once(seed):
    """Items of an iterator that several threads advance are neither lost nor given twice."""
    import random
    names = list(ITERATORS)
    random.Random(seed).shuffle(names)
    state = {'round': 0}
    lock = __import__('threading').Lock()
    current = [None]

    def renew():
        name = names[state['round'] % len(names)]
        state['round'] += 1
        current[0] = (name, ITERATORS[name](300), [], [0])
    renew()

    def work(rng, me):
        name, it, got, done = mine = current[0]
        items = []
        try:
            for item in it:
                items.append(item)
        except RuntimeError:
            assert name in ('dict', 'dict values', 'reverse dict', 'ordered'), name
        with lock:
            got.extend(items)
            done[0] += 1
            if current[0] is mine and done[0] >= 2 and rng.random() < .5:
                renew()

    def check():
        pass
    return work, check


@scenario
def iterators_never_duplicate(seed):
    """One round an iterator: all threads drain it together, then the sum is looked at."""
    import threading
    names = list(ITERATORS)
    state = {'n': 0, 'it': None, 'items': [], 'users': 0}
    lock = threading.Lock()

    def work(rng, me):
        with lock:
            if state['it'] is None:
                state['name'] = names[state['n'] % len(names)]
                state['n'] += 1
                state['it'] = ITERATORS[state['name']](200)
                state['items'] = []
            it, items = state['it'], state['items']
            state['users'] += 1
        mine = [x for x in it]
        with lock:
            items.extend(mine)
            state['users'] -= 1
            if state['users'] == 0:
                if len(items) != 200:
                    raise AssertionError(f"{state['name']}: {len(items)} of 200")
                state['it'] = None
    return work, lambda: None


LEAKING = [  # f is called within a step
    lambda f: map(f, range(30)), lambda f: map(lambda a, b: f(a), range(30), map(f, range(30))), lambda f: enumerate(map(f, range(30))),
    lambda f: zip(map(f, range(30)), range(40), map(f, range(30))), lambda f: zip(map(f, range(9)), map(f, range(9))),
    lambda f: zip(map(f, range(9)), range(9), strict=True), lambda f: filter(f, range(30)), lambda f: filter(None, map(f, range(30))),
    lambda f: (f(x) for x in range(30)), lambda f: enumerate(f(x) for x in range(30)), lambda f: iter(lambda: f(1), 2),
    lambda f: itertools.accumulate(range(30), lambda a, b: f(b)), lambda f: itertools.takewhile(lambda x: f(x) < 25, range(30)),
    lambda f: itertools.dropwhile(lambda x: f(x) < 5, map(f, range(30))), lambda f: itertools.islice(map(f, range(30)), 2, 20, 3),
    lambda f: itertools.chain(map(f, range(10)), (f(x) for x in 'abc'), enumerate(map(f, range(10)))), lambda f: itertools.cycle(map(f, range(5))),
    lambda f: itertools.zip_longest(map(f, range(5)), map(f, range(9))), lambda f: itertools.pairwise(map(f, range(30))),
    lambda f: itertools.groupby(map(f, [1, 1, 2, 2, 3] * 5), f), lambda f: itertools.starmap(f, zip(map(f, range(30)))),
    lambda f: itertools.compress(map(f, range(30)), map(f, range(30))), lambda f: itertools.filterfalse(lambda x: f(x) % 2, range(30)),
    lambda f: map(f, itertools.islice(itertools.count(), 30)), lambda f: itertools.tee(map(f, range(30)))[0],
]


@scenario
def deques_change_at_once(seed):
    """What one call puts in or takes out others see whole: groups of five, and as many of each kind."""
    shared, bounded = collections.deque(), collections.deque(range(8), 8)

    def work(rng, me):
        op = rng.randrange(6)
        if op == 0:
            shared.extend([me] * 5)
        elif op == 1:
            shared.extend(collections.deque([me] * 5))
        elif op == 2:
            shared.rotate(5)
        elif op == 3:
            shared.clear()
        elif op == 4 and len(shared) < 100:
            shared.__imul__(2)
        items = list(shared)
        assert len(items) % 5 == 0, len(items)
        assert all(items[i] == items[i + 1] for i in range(0, len(items), 5)), items
        assert len(shared.copy()) % 5 == 0 and len(shared) % 5 == 0
        for _ in range(20):
            bounded.append(me)
            assert len(bounded) == 8
            bounded.appendleft(me)
            assert len(bounded) == 8
        if len(items) > 200:
            shared.clear()
    return work, lambda: None


@scenario
def sets_change_at_once(seed):
    """Updates, differences and the like with several items are seen whole."""
    whole = frozenset(range(8))
    shared = set(whole)

    def work(rng, me):
        op = rng.randrange(7)
        if op == 0:
            shared.update(list(whole))
        elif op == 1:
            shared.difference_update(tuple(whole))
        elif op == 2:
            shared.__iand__(rng.choice((whole, frozenset())))
        elif op == 3:
            shared.intersection_update(whole, list(whole))
        elif op == 4:
            shared.symmetric_difference_update(list(whole))
        elif op == 5:
            shared.__ixor__(whole)
        else:
            shared.clear()
        for seen in shared.copy(), set(list(shared)), shared | set(), shared & whole, frozenset(shared):
            assert seen == whole or not seen, seen
    return work, lambda: None


@scenario
def iterators_found_in_frames(seed):
    """What only one frame had when a step began is given to other threads by the Python code that the step runs."""
    box = [None]

    def leak(x):
        frame = sys._getframe(1)
        while frame and 'it' not in frame.f_locals:
            frame = frame.f_back
        if frame:
            box[0] = frame.f_locals['it']
        return x

    def work(rng, me):
        it = rng.choice(LEAKING)(leak)
        for _ in range(40):
            try:
                next(it)
                if (other := box[0]) is not None and rng.random() < .5:
                    del it
                    it = other
                    del other
            except StopIteration:
                break
            except (ValueError, RuntimeError) as e:
                assert 'already executing' in str(e) or 'zip()' in str(e) or 're-enter' in str(e), e
    return work, lambda: None


@scenario
def generators_refuse(seed):
    """A generator runs in one thread at a time; what it yields comes out once, in order for each thread."""
    import threading
    limit = 500

    def count():
        n = 0
        try:
            while n < limit:
                got = yield n
                if got:
                    n = got
                n += 1
        except KeyError:
            yield -1
        finally:
            closed.append(1)
    closed = []
    lock = threading.Lock()
    shared = [count()]

    def work(rng, me):
        g = shared[0]
        last = -1
        for _ in range(rng.randrange(1, 60)):
            try:
                op = rng.random()
                if op < .9:
                    n = next(g)
                elif op < .96:
                    n = g.send(None)
                elif op < .98:
                    n = g.throw(KeyError())
                else:
                    g.close()
                    break
                if n == -1:
                    break
                assert n > last, (n, last)
                last = n
            except ValueError as e:
                assert 'already executing' in str(e), e
            except (StopIteration, KeyError):
                break
            except TypeError as e:
                assert 'just-started' in str(e), e
        with lock:
            if shared[0] is g and rng.random() < .3:
                shared[0] = count()
    return work, lambda: None


@scenario
def dict_moves_keep_all(seed):
    """move_to_end, popitem and setdefault of an OrderedDict lose nothing."""
    import threading
    d = collections.OrderedDict((i, Counted(i)) for i in range(40))
    out, lock = [], threading.Lock()

    def work(rng, me):
        for _ in range(30):
            op = rng.randrange(4)
            try:
                if op < 2:
                    d.move_to_end(rng.randrange(40), last=rng.random() < .5)
                elif op == 2:
                    k, v = d.popitem(last=rng.random() < .5)
                    assert v.value == k
                    with lock:
                        out.append((k, v))
                else:
                    with lock:
                        k, v = out.pop()
                    d[k] = v
            except (KeyError, IndexError):
                pass

    def check():
        assert sorted(list(d) + [k for k, v in out]) == list(range(40))
        out.clear()
        d.clear()
        settled(lambda: Counted.live == 0)
    return work, check


@scenario
def lru_cache_counts(seed):
    """Every call of a cached function is a hit or a miss, and a result belongs to its argument."""
    import threading
    calls = collections.Counter()
    lock = threading.Lock()

    @functools.lru_cache(16)
    def cached(n, key=None):
        with lock:
            calls['made'] += 1
        return n * 2

    def work(rng, me):
        for _ in range(30):
            n = rng.randrange(40)
            assert cached(n) == n * 2
            if rng.random() < .1:
                assert cached(n, key=Equal(n % 5)) == n * 2
        with lock:
            calls['asked'] += 30

    def check():
        info = cached.cache_info()
        assert info.currsize <= 16 and info.misses == calls['made'], info
        assert info.hits + info.misses >= calls['asked']
    return work, check


@scenario
def cached_properties(seed):
    class Thing:
        @functools.cached_property
        def value(self):
            return [1, 2]

        @functools.singledispatchmethod
        def handle(self, x):
            return 'object'

        @handle.register
        def _(self, x: int):
            return 'int'
    things = [Thing() for _ in range(8)]

    def work(rng, me):
        i = rng.randrange(8)
        t = things[i]
        assert t.value is t.value or things[i] is not t
        assert t.handle(3) == 'int' and t.handle('x') == 'object'
        if rng.random() < .2:
            things[i] = Thing()
    return work, lambda: None


@scenario
def resurrections(seed):
    """An object that its finaliser brings back lives on, once, and dies for good afterwards."""
    back = collections.deque()
    finals = collections.Counter()

    class Phoenix(Counted):
        def __del__(self):
            finals['del'] += 0
            if not getattr(self, 'again', False):
                self.again = True
                back.append(self)

    def work(rng, me):
        p = Phoenix(me)
        if rng.random() < .5:
            p.me = p
        r = weakref.ref(p)
        del p
        if rng.random() < .05:
            gc.collect()
        old = []
        while len(back) > 20 and len(old) < 10:
            try:
                old.append(back.popleft())
            except IndexError:
                break
        for x in old:
            assert x.value in range(100) and x.again
        r()
    return work, lambda: None


@scenario
def weak_deaths(seed):
    """Referents die while others look through weak references at them: what comes out is whole."""
    slots = [None] * 16
    refs = [lambda: None] * 16
    seen = collections.deque(maxlen=100)

    def work(rng, me):
        for _ in range(20):
            i = rng.randrange(16)
            if rng.random() < .4:
                c = Counted(i)
                slots[i] = c
                refs[i] = weakref.ref(c, lambda r: seen.append(1)) if rng.random() < .5 else weakref.ref(c)
                del c
            elif rng.random() < .3:
                slots[i] = None
            else:
                r = refs[i]  # another thread may put a new one there, and then this is the only reference to it
                c = r()
                if c is not None:
                    assert c.value == i
                    assert weakref.getweakrefcount(c) >= 1
                    p = weakref.proxy(c)
                    assert p.value == i
                del c, r

    def check():
        for i in range(16):
            slots[i] = None
        settled(lambda: Counted.live == 0)
        assert all(r() is None for r in refs)
    return work, check


@scenario
def exceptions_shared(seed):
    """One exception raised by all threads: tracebacks and contexts stay well formed."""
    shared = [ValueError('first')]

    def fail(n, e):
        if n:
            fail(n - 1, e)
        raise e

    def work(rng, me):
        e = shared[0]
        try:
            try:
                fail(rng.randrange(4), e)
            except ValueError as caught:
                assert caught is e
                tb = caught.__traceback__
                n = 0
                while tb is not None and n < 1000:
                    assert tb.tb_frame.f_code.co_name and tb.tb_lineno
                    tb, n = tb.tb_next, n + 1
                if rng.random() < .3:
                    caught.with_traceback(None)
                if rng.random() < .2:
                    caught.add_note('note')
                raise KeyError(me) from caught
        except KeyError as k:
            assert k.__cause__ is e
        if rng.random() < .1:
            shared[0] = ValueError('next')
    return work, lambda: None


@scenario
def class_changes(seed):
    """Methods, bases, slots and attributes of classes change while others make and use instances."""
    class A:
        def f(self):
            return 'A'

    class B:
        def f(self):
            return 'B'

    class C(A):
        kind = 0

    def work(rng, me):
        for _ in range(20):
            op = rng.randrange(8)
            if op == 0:
                C.__bases__ = (A,) if rng.random() < .5 else (B,)
            elif op == 1:
                C.kind = rng.randrange(5)
            elif op == 2:
                setattr(C, 'extra%d' % rng.randrange(3), property(lambda self: 7))
            elif op == 3:
                try:
                    delattr(C, 'extra%d' % rng.randrange(3))
                except AttributeError:
                    pass
            elif op == 4:
                C.__name__ = 'C%d' % me
            else:
                c = C()
                c.x = me
                c.y = me + 1
                assert c.x == me and c.y == me + 1
                assert c.f() in 'AB' and 0 <= c.kind < 5
                assert getattr(c, 'extra1', 7) == 7
                assert isinstance(c, C) and issubclass(C, object) and C in C.__mro__
    return work, lambda: None
