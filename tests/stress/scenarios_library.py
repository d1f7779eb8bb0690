"""Objects of modules written in C++ that several threads use at once: trees, foreign data, buffers, streams, caches."""
import ast
import asyncio
import bisect
import codecs
import collections
import contextvars
import copy
import csv
import ctypes
import datetime
import decimal
import functools
import heapq
import io
import itertools
import json
import locale
import marshal
import mmap
import operator
import os
import pickle
import queue
import random
import re
import select
import socket
import sqlite3
import struct
import sys
import tempfile
import threading
import time
import tokenize
import unicodedata
import warnings
import weakref
import xml.etree.ElementTree as tree
import zlib

from harness import Counted, scenario, settled
from scenarios_types import BYTES, INTS, KEYS, SEQUENCES, TEXTS, type_scenario


def small_tree():
    root = tree.Element('root', {'a': '1'})
    for i in range(5):
        tree.SubElement(root, 'child', {'n': str(i)}).text = str(i)
    return root


type_scenario('library_element', small_tree, TEXTS + INTS + [tree.Element('x'), 'child', './/child', {'k': 'v'}, slice(0, 2)], renew=.05, itself=0)
type_scenario('library_tree_builder', tree.TreeBuilder, TEXTS + [{'a': 'b'}], renew=.05)
type_scenario('library_xml_parser', lambda: tree.XMLParser(), ['<a>', '</a>', 'text', b'<b/>', ''], renew=.2)
type_scenario('library_ctypes_array', lambda: (ctypes.c_int * 8)(*range(8)), INTS + [slice(0, 3)])
type_scenario('library_c_char_array', lambda: ctypes.create_string_buffer(b'some text', 40), BYTES + [0, 1, 2])
type_scenario('library_mmap', lambda: mmap.mmap(-1, 4096), [0, 1, 2, 5, b'', b'a', b'ab', 4], renew=.02)
type_scenario('library_incremental_decoder', codecs.getincrementaldecoder('utf-8'), BYTES + [True, False])
type_scenario('library_incremental_newline', lambda: io.IncrementalNewlineDecoder(None, True), TEXTS + [True])
# (One whose reader is itself calls itself until the recursion limit, if at all: CPython's stack overflows.)
type_scenario('library_buffered_pair', lambda: io.BufferedRWPair(io.BytesIO(b'0123' * 50), io.BytesIO(), 16), BYTES + INTS + [bytearray(8)],
              itself_within=False)
type_scenario('library_date', lambda: datetime.date(2020, 1, 2), INTS + [datetime.timedelta(1), '%d'])
type_scenario('library_time', lambda: datetime.time(1, 2, 3), INTS + ['%H', datetime.timezone.utc])
type_scenario('library_tokens', lambda: iter(tokenize.generate_tokens(io.StringIO('x = 1 + 2\n' * 20).readline)), INTS, renew=.1)
type_scenario('library_items_getter', lambda: operator.itemgetter(0, 1), SEQUENCES + KEYS)
type_scenario('library_method_caller', lambda: operator.methodcaller('upper'), TEXTS)
type_scenario('library_accumulate', lambda: itertools.accumulate(range(200)), INTS, renew=.05)
type_scenario('library_pairwise', lambda: itertools.pairwise(range(200)), INTS, renew=.05)
type_scenario('library_starmap', lambda: itertools.starmap(pow, [(2, i) for i in range(50)]), INTS, renew=.05)
type_scenario('library_reader_dict', lambda: csv.DictReader(['a,b', '1,2', '3,4'] * 20), INTS, renew=.1)


@scenario
def trees_are_whole(seed):
    """Children are added, moved and removed; each child's text is its number."""
    root = tree.Element('root')

    def work(rng, me):
        for _ in range(20):
            op = rng.randrange(8)
            try:
                if op < 3:
                    child = tree.SubElement(root, 'child', {'n': str(me)})
                    child.text = str(me)
                elif op == 3:
                    root.remove(root[rng.randrange(5)])
                elif op == 4:
                    del root[:3]
                elif op == 5:
                    for child in root:
                        assert child.text in (None, child.get('n'))
                elif op == 6:
                    for child in root.iter('child'):
                        assert child.tag == 'child'
                    tree.tostring(root)
                else:
                    root.set('k%d' % rng.randrange(5), 'v')
                    copy.deepcopy(root)
                if len(root) > 50:
                    root.clear()
            except (IndexError, KeyError, ValueError, RuntimeError):
                pass

    def check():
        assert all(child.tag == 'child' for child in root)
    return work, check


@scenario
def foreign_data(seed):
    """Structures, unions, pointers and callbacks."""
    class Point(ctypes.Structure):
        _fields_ = [('x', ctypes.c_int), ('y', ctypes.c_int), ('text', ctypes.c_char_p), ('any', ctypes.py_object)]

    Compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    libc = ctypes.CDLL(None)
    qsort, strlen = libc.qsort, libc.strlen
    qsort.restype = None
    shared = Point(1, 1, b'text', [1])

    def work(rng, me):
        for _ in range(5):
            shared.x = me
            shared.text = b'text%d' % me
            shared.any = [me]
            assert shared.x < 64 and shared.text[:4] == b'text' and type(shared.any) is list
            numbers = (ctypes.c_int * 20)(*[rng.randrange(100) for _ in range(20)])
            qsort(numbers, len(numbers), ctypes.sizeof(ctypes.c_int), Compare(lambda a, b: a[0] - b[0]))
            assert list(numbers) == sorted(numbers)
            assert strlen(b'x' * me) == me
            pointer = ctypes.cast(ctypes.pointer(shared), ctypes.POINTER(Point))
            assert pointer.contents.x < 64
            class Made(ctypes.Structure):
                _fields_ = [('a', ctypes.c_long * (me + 1)), ('p', ctypes.POINTER(Point))]
            m = Made(p=ctypes.pointer(shared))
            m.a[me] = me
            assert m.a[me] == me and m.p.contents.x < 64

    return work, lambda: None


@scenario
def exported_buffers(seed):
    """Resizing what others look at through views is refused or happens, and never shows bytes that nobody wrote."""
    data = [bytearray(b'x' * 100)]

    def work(rng, me):
        for _ in range(20):
            target, op = data[0], rng.randrange(8)
            try:
                if op == 0:
                    target.extend(b'x' * 50)
                elif op == 1:
                    del target[rng.randrange(20):]
                elif op == 2:
                    with memoryview(target) as view, view[::2] as part:
                        assert set(bytes(part)) <= {120}
                elif op == 3:
                    view = memoryview(target)
                    assert view.tolist()[:5] == [120] * len(view[:5])
                    view.release()
                elif op == 4:
                    assert set(zlib.decompress(zlib.compress(target))) <= {120}
                elif op == 5:
                    assert struct.unpack_from('2s', target)[0] == b'xx'
                elif op == 6:
                    assert set(io.BytesIO(target).read()) <= {120}
                    re.match(b'x*', target)
                else:
                    target += target[:20]
                    if len(target) > 5000:
                        data[0] = bytearray(b'x' * 100)
            except (BufferError, struct.error, ValueError):
                pass

    def check():
        assert set(data[0]) <= {120}
    return work, check


@scenario
def nested_json(seed):
    """Encoding, pickling, marshalling and copying of what others change."""
    shared = {'list': [1, 2, {'a': [3]}], 'dict': {'x': 1}, 'set': {1, 2}, 'text': 'text'}

    def work(rng, me):
        for _ in range(10):
            op = rng.randrange(9)
            try:
                if op == 0:
                    shared['list'].append({'a': [me]})
                    if len(shared['list']) > 50:
                        del shared['list'][3:]
                elif op == 1:
                    shared['dict'][str(rng.randrange(20))] = [me]
                elif op == 2:
                    shared['dict'].pop(str(rng.randrange(20)), None)
                    shared['set'].symmetric_difference_update({rng.randrange(20)})
                elif op == 3:
                    assert json.loads(json.dumps({k: shared[k] for k in ('list', 'dict', 'text')}))['text'] == 'text'
                elif op == 4:
                    assert pickle.loads(pickle.dumps(shared, rng.randrange(6)))['text'] == 'text'
                elif op == 5:
                    assert marshal.loads(marshal.dumps(shared))['text'] == 'text'
                elif op == 6:
                    assert copy.deepcopy(shared)['text'] == 'text'
                elif op == 7:
                    repr(shared), str(shared['list'])
                else:
                    shared['list'] == shared['list'][:], shared == dict(shared)
            except (RuntimeError, ValueError):
                pass  # changed size during iteration

    def check():
        assert shared['text'] == 'text'
    return work, check


@scenario
def decimal_contexts(seed):
    """One context used by all: the flags and the precision are those that somebody set."""
    shared = decimal.Context(prec=20, traps=[])

    def work(rng, me):
        for _ in range(20):
            op = rng.randrange(6)
            if op == 0:
                shared.prec = rng.choice((5, 10, 20))
            elif op == 1:
                shared.clear_flags()
            elif op == 2:
                assert len(shared.divide(decimal.Decimal(1), decimal.Decimal(7)).as_tuple().digits) in (5, 10, 20)
            elif op == 3:
                shared.flags[decimal.Inexact], list(shared.flags.items()), repr(shared)
            elif op == 4:
                assert shared.sqrt(decimal.Decimal(2)) > 1
            else:
                with decimal.localcontext(shared) as own:
                    own.prec = 7
                    assert len((decimal.Decimal(1) / 3).as_tuple().digits) == 7
                copy.copy(shared)

    return work, lambda: None


@scenario
def streams_shared(seed):
    """Text and binary streams over pipes and files: whole lines come out, each once."""
    r, w = os.pipe()
    reader, writer = os.fdopen(r, 'rb', 64), os.fdopen(w, 'wb', 64)
    path = tempfile.mktemp()
    text = open(path, 'w+', encoding='utf-8', buffering=1)
    lock, done = threading.Lock(), collections.Counter()

    def work(rng, me):
        line = (b'%d' % me) * 10 + b'\n'
        with lock:
            done['pipe'] += 1
            writer.write(line)
            writer.flush()
        got = reader.readline()
        assert len(got) == 11 and len(set(got[:-1])) == 1, got
        for _ in range(5):
            text.write('%s\n' % ('ab'[me % 2] * 20))
        text.flush(), text.tell, text.encoding, text.closed
        if rng.random() < .05:
            with open(path, encoding='utf-8') as again:
                again.read(100)

    def check():
        text.close()
        with open(path, encoding='utf-8') as f:
            assert set(f.read()) <= set('ab\n')
        os.unlink(path)
        writer.close()
        assert reader.read() == b''
        reader.close()
    return work, check


@scenario
def sockets_and_selectors(seed):
    left, right = socket.socketpair()
    left.setblocking(False)
    right.setblocking(False)
    poll = select.epoll()
    poll.register(right, select.EPOLLIN)

    def work(rng, me):
        for _ in range(10):
            op = rng.randrange(5)
            try:
                if op == 0:
                    left.send(b'x' * 10)
                elif op == 1:
                    assert set(right.recv(5)) <= {120}
                elif op == 2:
                    select.select([right], [left], [], 0)
                elif op == 3:
                    poll.poll(0)
                else:
                    buffer = bytearray(4)
                    n = right.recv_into(buffer)
                    assert set(buffer[:n]) <= {120}
            except BlockingIOError:
                pass

    def check():
        poll.close()
        left.close()
        right.close()
    return work, check


@scenario
def connections_close(seed):
    """A database that is closed while others use it and its cursors."""
    box = []

    def fresh():
        db = sqlite3.connect(':memory:', check_same_thread=False)
        db.execute('create table t (a, b)')
        db.isolation_level = None
        db.create_function('twice', 1, lambda x: 2 * x)
        box[:] = [db]
    fresh()

    def work(rng, me):
        for _ in range(10):
            db = box[0]
            try:
                op = rng.randrange(11)
                if op < 3:
                    db.execute('insert into t values (?, ?)', (me, 'text'))
                elif op == 3:
                    rows = db.execute('select a, twice(a), b from t').fetchmany(20)
                    assert all(row == (row[0], 2 * row[0], 'text') for row in rows)
                elif op == 4:
                    cursor = db.cursor()
                    cursor.executemany('insert into t values (?, ?)', [(me, 'text')] * 3)
                    cursor.rowcount, cursor.lastrowid, cursor.description
                elif op == 5:
                    db.commit()
                elif op == 6 and rng.random() < .2:
                    fresh()
                    db.close()
                elif op == 8:
                    image = db.serialize()
                    assert image[:6] == b'SQLite'
                    if rng.random() < .2:
                        db.deserialize(image)
                elif op == 9:
                    db.executescript("insert into t values (1, 'text'); insert into t values (2, 'text');")
                elif op == 10:
                    with sqlite3.connect(':memory:') as copy:
                        db.backup(copy, pages=3)
                    copy.close()
                else:
                    db.total_changes, db.in_transaction, db.getlimit(sqlite3.SQLITE_LIMIT_LENGTH)
                    for row in db.execute('select b from t limit 5'):
                        assert row == ('text',)
            except sqlite3.Error:
                pass

    def check():
        box[0].close()
    return work, check


@scenario
def compiling(seed):
    def work(rng, me):
        n = rng.randrange(100)
        code = compile(f'def f(x):\n  return x + {n}\nresult = f({me})', f'<{n}>', 'exec')
        ns = {}
        exec(code, ns)
        assert ns['result'] == n + me
        assert eval(compile(ast.parse(f'{n} * 2', mode='eval'), '<ast>', 'eval')) == 2 * n
        assert marshal.loads(marshal.dumps(code)).co_names == code.co_names
        list(code.co_positions()), list(code.co_lines())
        try:
            compile('x = (', '<bad>', 'exec')
            assert False
        except SyntaxError:
            pass

    return work, lambda: None


@scenario
def texts_and_codecs(seed):
    def work(rng, me):
        text = ''.join(chr(rng.randrange(32, 0x3000)) for _ in range(20))
        assert unicodedata.normalize('NFC', unicodedata.normalize('NFD', text)) == unicodedata.normalize('NFC', text)
        for name in ('utf-8', 'utf-16', 'utf-32', 'utf-7'):
            assert text.encode(name).decode(name) == text
        'äö'.encode('ascii', rng.choice(('ignore', 'replace', 'xmlcharrefreplace', 'backslashreplace')))
        codecs.register_error('own%d' % me, lambda e: ('?', e.end))
        assert 'ä'.encode('ascii', 'own%d' % me) == b'?'
        codecs.lookup('utf_8'), locale.localeconv()
        try:
            codecs.lookup('none%d' % rng.randrange(50))
            assert False
        except LookupError:
            pass

    return work, lambda: None


@scenario
def event_loops(seed):
    """A loop in each thread; callbacks come from the others."""
    loops = {}

    def work(rng, me):
        async def main():
            loop = asyncio.get_running_loop()
            loops[me] = loop
            event = asyncio.Event()
            loop.call_soon(event.set)
            await event.wait()
            other = loops.get(rng.randrange(8))
            if other is not None:
                try:
                    other.call_soon_threadsafe(int)
                except RuntimeError:
                    pass  # closed meanwhile
            results = await asyncio.gather(*(asyncio.sleep(0, i) for i in range(5)))
            assert results == [0, 1, 2, 3, 4]
            return me
        assert asyncio.run(main()) == me

    return work, lambda: None


@scenario
def warnings_and_hooks(seed):
    def work(rng, me):
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            warnings.warn('text %d' % me)
        warnings.filters[:1]
        sys.getswitchinterval(), sys.getrecursionlimit(), sys.getrefcount(me)
        if rng.random() < .1:
            sys.setswitchinterval(rng.choice((1e-6, 1e-3)))
        random.random(), random.getrandbits(100)
        assert bisect.bisect([1, 2, 3], 2) == 2

    return work, lambda: None


@scenario
def linked_caches(seed):
    """lru_cache with values that die when they leave it, and keys in Python code."""
    class Key:
        def __init__(self, n):
            self.n = n

        def __hash__(self):
            return self.n % 5

        def __eq__(self, other):
            return self.n == other.n

    @functools.lru_cache(maxsize=8)
    def make(key):
        return Counted(key.n)

    def work(rng, me):
        for _ in range(20):
            n = rng.randrange(30)
            assert make(Key(n)).value == n
            if rng.random() < .02:
                make.cache_clear()
            info = make.cache_info()
            assert info.maxsize == 8 and info.currsize >= 0

    def check():
        make.cache_clear()
        settled(lambda: Counted.live == 0)
    return work, check


@scenario
def heaps(seed):
    """Each operation of heapq is one step to others where comparing runs no Python code, whether the items are moved in one go or not.
    With Python code heaps lose their order, not their items."""
    class Slow:
        def __init__(self, n):
            self.n = n

        def __lt__(self, other):
            return self.n < other.n

    makers = [lambda n: n, lambda n: n / 7, lambda n: str(n), lambda n: (n % 5, str(n)), lambda n: n << 70, lambda n: n * 1e300,
              lambda n: str(n).encode(), lambda n: n if n % 2 else n / 1.5, lambda n: (n % 3, b'%d' % n), Slow]
    heaps, put, got = [[] for _ in makers], [collections.Counter() for _ in makers], [collections.Counter() for _ in makers]
    largest, done = [], collections.deque()

    def work(rng, me):
        pushed, taken = collections.deque(), collections.deque()
        for _ in range(40):
            which = rng.randrange(len(heaps))
            item, heap, op = makers[which](rng.randrange(1000)), heaps[which], rng.randrange(6)
            key = item.n if type(item) is Slow else item
            try:
                if op < 2 or len(heap) < 5:
                    heapq.heappush(heap, item)
                    pushed.append((which, key))
                    continue
                if op == 2:
                    out = heapq.heappop(heap)
                elif op == 3:
                    out = heapq.heapreplace(heap, item)
                    pushed.append((which, key))
                elif op == 4:
                    out = heapq.heappushpop(heap, item)
                    pushed.append((which, key))
                else:
                    if rng.random() < .2:
                        heapq.heapify(heap)
                    largest.append(rng.randrange(1000))
                    heapq._heapify_max(largest)
                    largest.sort(reverse=True)
                    if len(largest) > 50:
                        heapq._heapreplace_max(largest, 5)
                        heapq._heappop_max(largest)
                    continue
                taken.append((which, out.n if type(out) is Slow else out))
            except (IndexError, RuntimeError):
                assert type(item) is Slow or not heap or op == 3
        done.append((pushed, taken))

    def check():
        for pushed, taken in done:
            for which, item in pushed:
                put[which][item] += 1
            for which, item in taken:
                got[which][item] += 1
        for make, heap, all_put, all_got in zip(makers, heaps, put, got):
            if make is Slow:
                assert all(type(x) is Slow for x in heap)
                continue
            assert all(heap[(i - 1) // 2] <= heap[i] for i in range(1, len(heap))), heap
            assert all_put == all_got + collections.Counter(heap)
    return work, check


@scenario
def caches_of_results(seed):
    """lru_cache with keys that compare without Python code: no call goes uncounted, and in the end the order is that of use."""
    sizes = [1, 3, 20, None]
    makers = [functools.lru_cache(maxsize=n)(lambda *a, **k: Counted((a, k))) for n in sizes]
    typed = functools.lru_cache(maxsize=5, typed=True)(lambda x: type(x))
    calls = collections.deque()

    def work(rng, me):
        for _ in range(60):
            which, n = rng.randrange(4), rng.randrange(6)
            make, op = makers[which], rng.randrange(4)
            args, named = [((n, ), {}), ((str(n), ), {}), ((n, (1, n)), {}), ((), {'n': n})][op]
            assert make(*args, **named).value == (args, named)
            calls.append(which)
            assert typed(rng.choice((1, 1.0, True))) in (int, float, bool)
        if rng.random() < .1:
            typed.cache_clear()
            info = typed.cache_info()
            assert 0 <= info.currsize <= 5

    def check():
        for which, (make, size) in enumerate(zip(makers, sizes)):
            info = make.cache_info()
            assert info.hits + info.misses == list(calls).count(which), info
            assert info.currsize <= (size or 24)  # six numbers, used in four ways
            for i in range(100, 130):
                make(i)
            before = make.cache_info()
            for i in range(130 - (size or 30), 130):
                make(i)
            assert make.cache_info().hits == before.hits + (size or 30)
            make(99), make(130 - size if size else 98)  # the first one of these has driven the oldest one out
            assert make.cache_info().misses == before.misses + 2
            make.cache_clear()
        settled(lambda: Counted.live == 0)
    return work, check


@scenario
def numbers_in_turn(seed):
    """What several threads get from one count(), or from one random generator, is what one thread gets."""
    counts = [itertools.count(5), itertools.count(10, -3), itertools.count((1 << 60) - 300), itertools.count(.5), itertools.count(3, .25),
              itertools.count(-(1 << 60) + 1000, -7), itertools.count((1 << 60) + 900, -3)]
    fresh = [pickle.loads(pickle.dumps(c)) for c in counts]
    draws, generator = [], random.Random(seed)
    lists = [collections.deque() for _ in counts]

    def work(rng, me):
        for _ in range(50):
            for c, seen in zip(counts, lists):
                seen.append(next(c))
            repr(counts[2]), counts[6].__reduce__()
            draws.append(generator.random())
            if rng.random() < .05:
                generator.getstate()

    def check():
        for c, seen in zip(fresh, lists):
            assert sorted(seen) == sorted(itertools.islice(c, len(seen)))
        again = random.Random(seed)
        assert sorted(draws) == sorted(again.random() for _ in draws)
    return work, check


@scenario
def sorted_insertions(seed):
    """Lists that only insort() changes stay sorted: items that compare without anybody's code, and others that do so in C++."""
    ints, pairs, octets = [], [], []
    count = collections.Counter()
    lock = threading.Lock()

    def work(rng, me):
        for _ in range(20):
            n = rng.randrange(1000)
            bisect.insort(ints, n)
            bisect.insort_left(pairs, (n % 10, str(n)))
            bisect.insort(octets, b'%04d' % n)
            at = bisect.bisect(ints, n)
            assert at > 0
            bisect.bisect_left(pairs, n, key=lambda p: p[0])
        with lock:
            count['made'] += 20

    def check():
        for l in ints, pairs, octets:
            assert l == sorted(l)
            assert len(l) == count['made']
    return work, check


@scenario
def times_of_day(seed):
    """Points in time are the same dates in all threads, whether a thread remembers its clock or not."""
    os.environ['TZ'] = 'Europe/Berlin'
    time.tzset()
    known = {t: (time.localtime(t), time.gmtime(t)) for t in range(1700000000, 1700000000 + 40 * 86400, 43211)}

    def work(rng, me):
        for _ in range(20):
            t, (local, utc) = rng.choice(list(known.items()))
            for i in range(rng.randrange(1, 4)):
                assert time.localtime(t) == local and time.gmtime(t) == utc
            assert datetime.datetime.fromtimestamp(t).timetuple()[:6] == local[:6]
            assert time.mktime(local) == t
    return work, lambda: None


@scenario
def shared_contexts(seed):
    """Variables and tokens that all threads use, each in a context of its own; and one context that only one of them can be in."""
    var, number = contextvars.ContextVar('var', default=0), contextvars.ContextVar('number')
    shared = contextvars.copy_context()
    tokens = collections.deque(maxlen=10)
    used = collections.Counter()
    lock = threading.Lock()

    def enter(me):
        number.set(me)
        var.get()
        assert number.get() == me
        token = var.set(me)
        tokens.append(token)
        try:
            var.reset(token)
        except RuntimeError as e:
            assert 'used once' in str(e)

    def work(rng, me):
        for i in range(10):
            token = var.set(i)
            assert var.get() == i and token.var is var
            var.reset(token)
            assert var.get() == 0
            try:
                shared.run(enter, me)
                with lock:
                    used['entered'] += 1
            except RuntimeError as e:
                assert 'already entered' in str(e), e
            if tokens:
                try:
                    var.reset(rng.choice(tokens))
                    assert False
                except (RuntimeError, ValueError, IndexError):
                    pass
            len(shared), list(shared.items()), shared.get(var)

    def check():
        assert used['entered'] and shared[number] is not None
    return work, check


@scenario
def caches_of_others(seed):
    """Cached functions that one thread makes and fills while others call them: no key is lost."""
    shared, failures = {}, []

    def work(rng, me):
        if me == 0:
            calls = []

            def called(x):
                if x == 'kept':
                    calls.append(x)
                return [x]
            cached = functools.lru_cache(rng.choice((None, 5000)))(called)
            cached('kept')
            shared['cached'] = cached
            for i in range(2000):
                cached(i)
            del shared['cached']
            if len(calls) != 1:
                failures.append(len(calls))
        elif cached := shared.get('cached'):
            for i in range(20):
                assert cached('kept') == ['kept']

    def check():
        assert not failures
    return work, check


@scenario
def missing_keys(seed):
    """What is put into the list of a key that several threads miss at once stays there; so does what each counts."""
    lists, counts, numbers = collections.defaultdict(list), collections.Counter(), collections.defaultdict(int)
    put, next_key = collections.defaultdict(list), [0]

    def work(rng, me):
        for _ in range(50):
            key = next_key[0]
            lists[key].append(me)
            put[me].append(key)
            assert numbers[key] == 0
            next_key[0] = key + 1
        counts.update(str(i % 7) for i in range(50))

    def check():
        for me, keys in put.items():
            there = collections.Counter(key for key in set(keys) for x in lists[key] if x == me)
            assert there == collections.Counter(keys)
        assert sum(counts.values()) == sum(map(len, put.values()))
    return work, check


@scenario
def warned_once(seed):
    """A warning that is to be shown once for each place is, however many threads issue it."""
    shown = collections.Counter()
    lock = threading.Lock()
    warnings.filterwarnings('default', 'once .*', UserWarning)

    def show(message, *rest):
        with lock:
            shown[str(message)] += 1
    warnings.showwarning = show
    turn = [0]

    def work(rng, me):
        n = turn[0]
        for _ in range(5):
            warnings.warn('once %d' % n)
        turn[0] = max(turn[0], n + 1)

    def check():
        warnings.showwarning = warnings._showwarning_orig
        assert shown and set(shown.values()) == {1}, shown.most_common(3)
    return work, check


@scenario
def weak_containers(seed):
    """Weak dicts and sets whose members die in other threads."""
    values, keys, members = weakref.WeakValueDictionary(), weakref.WeakKeyDictionary(), weakref.WeakSet()
    held = collections.deque(maxlen=20)

    class Member:
        def __init__(self):
            self.payload = Counted()

    def work(rng, me):
        for _ in range(10):
            m = Member()
            held.append(m)
            values[rng.randrange(30)] = m
            keys[m] = me
            members.add(m)
            finalizer = weakref.finalize(m, len, ())
            if rng.random() < .5:
                finalizer.detach()
            del m
            try:
                o = values.get(rng.randrange(30))
                assert o is None or type(o.payload) is Counted
                assert all(type(o) is Member for o in list(members))
                len(values), len(keys)
            except RuntimeError:
                pass  # changed size during iteration

    def check():
        held.clear()
        settled(lambda: Counted.live == 0)
        settled(lambda: not list(values) and not list(keys) and not list(members))
    return work, check


@scenario
def forks(seed):
    """Children of a process whose other threads run."""
    lock = threading.Lock()

    def work(rng, me):
        [Counted() for _ in range(20)]
        with lock:
            if rng.random() > .05:
                return
            pid = os.fork()
            if pid == 0:
                try:
                    x = [[i] for i in range(1000)]
                    x.append({i: str(i) for i in range(100)})
                    os._exit(0)
                finally:
                    os._exit(1)
        assert os.waitpid(pid, 0)[1] == 0

    return work, lambda: None
