"""Random operations on objects of modules written in C++, and what must hold of them."""
import collections
import concurrent.futures
import contextvars
import copy
import csv
import datetime
import decimal
import fractions
import functools
import hashlib
import heapq
import hmac
import io
import itertools
import json
import pickle
import queue
import random
import re
import sqlite3
import string
import struct
import threading
import zlib

from harness import Counted, scenario, settled
from scenarios_types import BYTES, INTS, KEYS, SEQUENCES, TEXTS, type_scenario

type_scenario('module_pattern', lambda: re.compile(r'(\w+)\s*(?P<n>\d*)'), TEXTS + INTS + ['word 12 other', r'\1x', lambda m: m.group()])
type_scenario('module_match', lambda: re.match(r'(\w+)\s*(?P<n>\d*)', 'word 12'), INTS + TEXTS + ['n', r'\1'])
type_scenario('module_scanner', lambda: re.compile(r'\w+').scanner('some words to be found here ' * 5), INTS)
type_scenario('module_struct', lambda: struct.Struct('<ihB'), INTS + BYTES + [b'1234567', bytearray(20)])
type_scenario('module_random', lambda: random.Random(5), INTS + SEQUENCES)
type_scenario('module_hash', lambda: hashlib.sha256(b'abc'), BYTES + INTS)
type_scenario('module_blake', lambda: hashlib.blake2b(b'abc'), BYTES + INTS)
type_scenario('module_compress', zlib.compressobj, BYTES + INTS, renew=.1)
type_scenario('module_decompress', zlib.decompressobj, BYTES + [zlib.compress(b'text' * 50), zlib.compress(b'text')[:6]], renew=.1)
type_scenario('module_pickler', lambda: pickle.Pickler(io.BytesIO()), KEYS + SEQUENCES)
type_scenario('module_unpickler', lambda: pickle.Unpickler(io.BytesIO(pickle.dumps(list(range(50))) * 5)), KEYS, renew=.2)
type_scenario('module_csv_reader', lambda: csv.reader(['a,b,"c d"', '1,2,3'] * 20), TEXTS, renew=.1)
type_scenario('module_csv_writer', lambda: csv.writer(io.StringIO()), SEQUENCES + TEXTS)
type_scenario('module_decimal', lambda: decimal.Decimal('12.345'), INTS + [decimal.Decimal('3'), 2.5, decimal.ROUND_UP])
type_scenario('module_decimal_context', decimal.Context, INTS + [decimal.Decimal('3.7'), decimal.Decimal('-2')])
type_scenario('module_datetime', lambda: datetime.datetime(2020, 1, 2, 3, 4, 5, 6), INTS + [datetime.timedelta(1), '%H:%M', datetime.timezone.utc])
type_scenario('module_timedelta', lambda: datetime.timedelta(1, 2, 3), INTS + [datetime.timedelta(1), 2.5])
type_scenario('module_fraction', lambda: fractions.Fraction(3, 7), INTS + [fractions.Fraction(1, 3)])
type_scenario('module_json_encoder', json.JSONEncoder, KEYS + SEQUENCES)
type_scenario('module_json_decoder', json.JSONDecoder, ['[1, 2]', '{"a": 1}', '3', 'x', 0])
type_scenario('module_local', threading.local, TEXTS)
type_scenario('module_count', itertools.count, INTS)
type_scenario('module_cycle', lambda: itertools.cycle([1, 2, 3]), INTS)
type_scenario('module_tee', lambda: itertools.tee(range(100))[0], INTS, renew=.05)
type_scenario('module_groupby', lambda: itertools.groupby('aabbbccdd' * 5), INTS, renew=.05)
type_scenario('module_product', lambda: itertools.product('abc', range(4)), INTS, renew=.05)
type_scenario('module_combinations', lambda: itertools.combinations(range(8), 3), INTS, renew=.05)
type_scenario('module_permutations', lambda: itertools.permutations(range(4), 3), INTS, renew=.05)
type_scenario('module_zip_longest', lambda: itertools.zip_longest(range(50), 'abc'), INTS, renew=.05)
type_scenario('module_formatter', string.Formatter, TEXTS + INTS)


@scenario
def hashes_add_up(seed):
    """Each update is one piece: the digest is that of some order of the same pieces, so all-alike pieces give one digest."""
    h, crc = hashlib.sha256(), collections.Counter()
    lock = threading.Lock()

    def work(rng, me):
        for _ in range(20):
            h.update(b'x' * 100)
        with lock:
            crc['n'] += 20

    def check():
        assert h.digest() == hashlib.sha256(b'x' * 100 * crc['n']).digest()
        assert hmac.new(b'k', b'm', 'sha256').hexdigest()
    return work, check


@scenario
def compressors_keep_all(seed):
    """What several threads put into one compressor comes out again."""
    c, out, n = zlib.compressobj(), [], collections.Counter()
    lock = threading.Lock()

    def work(rng, me):
        with lock:  # (the pieces that come out must be kept in their order)
            out.append(c.compress(b'%03d' % me * 20))
            n['bytes'] += 60
        assert zlib.decompress(zlib.compress(b'own' * 50)) == b'own' * 50

    def check():
        out.append(c.flush())
        assert len(zlib.decompress(b''.join(out))) == n['bytes']
    return work, check


@scenario
def formats_of_struct(seed):
    """The module's functions, with more formats than it keeps, while the kept ones are dropped again and again."""
    few = ['<i', '>i', '<ih', '=q']

    def work(rng, me):
        for _ in range(20):
            n = rng.randrange(1 << 15)
            for f in few:
                values = (n, me)[:len(f) - 1]
                assert struct.unpack(f, struct.pack(f, *values)) == values
            many = '<%dh' % rng.randrange(1, 300)
            assert struct.calcsize(many) == 2 * int(many[1:-1])
            data = bytearray(4)
            struct.pack_into('>i', data, 0, n)
            assert struct.unpack_from('>i', data) == (n,)
        if rng.random() < .2:
            struct._clearcache()
    return work, lambda: None


@scenario
def json_and_pickle_round_trips(seed):
    """Shared data that nobody changes, and data that somebody does, through encoders and decoders."""
    fixed = {'a': [1, 2, {'b': None}], 'c': 'text' * 5, 'd': [1.5] * 10}
    moving = {'list': list(range(10)), 'dict': {str(i): i for i in range(10)}}
    encoder = json.JSONEncoder(sort_keys=True)

    def work(rng, me):
        assert json.loads(encoder.encode(fixed)) == fixed
        assert pickle.loads(pickle.dumps(fixed)) == fixed
        assert copy.deepcopy(fixed) == fixed
        op = rng.randrange(4)
        if op == 0:
            moving['list'].append(rng.random())
            del moving['list'][20:]
        elif op == 1:
            moving['dict'][str(rng.randrange(20))] = rng.randrange(9)
        elif op == 2:
            moving['dict'].pop(str(rng.randrange(20)), None)
        try:
            back = json.loads(json.dumps(moving))
            assert set(back) == {'list', 'dict'}
            again = pickle.loads(pickle.dumps(moving, rng.randrange(2, 6)))
            assert set(again) == {'list', 'dict'}
        except RuntimeError as e:
            assert 'changed' in str(e), e
    return work, lambda: None


@scenario
def csv_rows_are_whole(seed):
    out = io.StringIO()
    writer = csv.writer(out)
    n = collections.Counter()
    lock = threading.Lock()

    def work(rng, me):
        for i in range(10):
            writer.writerow([me, 'a b', i, 'x,y'])
        with lock:
            n['rows'] += 10

    def check():
        rows = list(csv.reader(io.StringIO(out.getvalue())))
        assert len(rows) == n['rows']
        assert all(len(r) == 4 and r[1] == 'a b' and r[3] == 'x,y' for r in rows)
    return work, check


@scenario
def queues_lose_nothing(seed):
    simple, q, prio = queue.SimpleQueue(), queue.Queue(50), queue.PriorityQueue()
    put, got = collections.Counter(), collections.Counter()
    lock = threading.Lock()

    def work(rng, me):
        p = g = 0
        for _ in range(20):
            which = rng.choice((simple, q, prio))
            try:
                if rng.random() < .5:
                    which.put((rng.random(), me), timeout=.001)
                    p += 1
                else:
                    item = which.get(timeout=.0005)
                    assert len(item) == 2
                    g += 1
            except (queue.Empty, queue.Full):
                pass
        with lock:
            put['n'] += p
            got['n'] += g

    def check():
        left = simple.qsize() + q.qsize() + prio.qsize()
        assert put['n'] - got['n'] == left, (put, got, left)
    return work, check


@scenario
def simple_queues_keep_order(seed):
    """What one thread puts comes out in its order, each item once, whoever takes it; queues come and go, and some threads sleep for an item."""
    lines = [queue.SimpleQueue() for _ in range(3)]
    numbers = itertools.count()
    lock = threading.Lock()
    put, got = collections.Counter(), collections.Counter()

    def work(rng, me):
        at = rng.randrange(len(lines))
        line = lines[at]
        last = {}
        p = g = 0
        for _ in range(rng.choice((3, 40, 700))):
            if rng.random() < .5:
                n = next(numbers)
                line.put([line, me, n])
                p += 1
            else:
                try:
                    there, who, n = line.get_nowait() if rng.random() < .9 else line.get(timeout=rng.choice((0, .0002, .002)))
                except queue.Empty:
                    continue
                g += 1
                assert there is line and last.get(who, -1) < n, (who, last, n)
                last[who] = n
        assert line.qsize() >= 0 and line.empty() in (True, False)
        with lock:
            put[line] += p
            got[line] += g
        if rng.random() < .02:
            lines[at] = queue.SimpleQueue()  # others may be using the old one, which is part of a cycle if it holds anything

    def check():
        for line in put:
            left = 0
            while not line.empty():
                assert line.get()[0] is line
                left += 1
            assert put[line] - got[line] == left and line.qsize() == 0, (put[line], got[line], left)
    return work, check


@scenario
def thread_primitives(seed):
    """Lock, RLock, Condition, Semaphore, Event, Barrier: never more inside than may be."""
    inside = collections.Counter()
    lock, rlock, sem, cond, event = threading.Lock(), threading.RLock(), threading.Semaphore(2), threading.Condition(), threading.Event()
    own = threading.Lock()

    def enter(name, limit):
        with own:
            inside[name] += 1
            assert inside[name] <= limit, (name, inside[name])

    def leave(name):
        with own:
            inside[name] -= 1

    def work(rng, me):
        with lock:
            enter('lock', 1)
            leave('lock')
        with rlock, rlock:
            enter('rlock', 1)
            leave('rlock')
        with sem:
            enter('sem', 2)
            leave('sem')
        with cond:
            if rng.random() < .5:
                cond.wait(.0005)
            else:
                cond.notify_all()
        if rng.random() < .5:
            event.set()
        elif rng.random() < .5:
            event.clear()
        else:
            event.wait(.0005)
        if lock.acquire(timeout=rng.random() / 1000):
            lock.release()
        if lock.acquire(False):
            lock.release()
        local = threading.local()
        local.x = me
        assert local.x == me
    return work, lambda: None


@scenario
def thread_pools(seed):
    done = collections.Counter()
    lock = threading.Lock()

    def task(n):
        with lock:
            done['n'] += 1
        if n % 17 == 0:
            raise KeyError(n)
        return n * 2
    asked = collections.Counter()

    def work(rng, me):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(task, i) for i in range(20)]
            for i, f in enumerate(futures):
                e = f.exception()
                assert (type(e) is KeyError) if i % 17 == 0 else f.result() == i * 2
        with lock:
            asked['n'] += 20

    def check():
        assert done['n'] == asked['n']
    return work, check


@scenario
def context_variables(seed):
    var = contextvars.ContextVar('var', default=0)
    shared = contextvars.copy_context()

    def work(rng, me):
        def inside():
            assert var.get() == 0
            token = var.set(me + 1)
            for _ in range(5):
                assert var.get() == me + 1
            if rng.random() < .5:
                var.reset(token)
                assert var.get() == 0
        contextvars.copy_context().run(inside)
        assert var.get() == 0
        try:
            shared.run(lambda: var.set(var.get() + 1))
        except RuntimeError as e:
            assert 'already entered' in str(e)
        assert len(list(shared.items())) < 5
    return work, lambda: None


@scenario
def regular_expressions(seed):
    text = ' '.join(f'word{i} {i}' for i in range(50))

    def work(rng, me):
        n = rng.randrange(50)
        p = re.compile(rf'word{n}\s+(\d+)')
        assert p.search(text).group(1) == str(n)
        assert len(re.findall(r'\d+ ', text)) == 99
        assert re.sub(r'word(\d+)', lambda m: m.group(1), 'word12') == '12'
        assert re.split(r'\s+', text)[2 * n] == f'word{n}'
        if rng.random() < .02:
            re.purge()
    return work, lambda: None


@scenario
def immutable_objects_of_modules(seed):
    """What all use at once and nobody locks: matches, structs (also while they are initialised anew), dates, decimals, scanners, getters."""
    import datetime
    import decimal
    import operator
    pattern = re.compile(r'(\w+)-(\d+)')
    matches = [pattern.match('name-%d' % i) for i in range(10)]
    one, two = struct.Struct('<I'), struct.Struct('<IQ')
    changing = struct.Struct('<I')
    zone = datetime.timezone(datetime.timedelta(hours=2))
    times = [datetime.datetime(2020, 1, 1 + i, tzinfo=zone) for i in range(10)]
    number = decimal.Decimal('1.25')
    encoder, decoder = json.JSONEncoder(sort_keys=True), json.JSONDecoder()
    get = operator.itemgetter(1, 0)
    field = collections.namedtuple('Pair', 'left right')(1, 2)
    partial = functools.partial(max, 1)

    def work(rng, me):
        for _ in range(20):
            i = rng.randrange(10)
            if rng.random() < .1:
                matches[i] = pattern.match('name-%d' % i)
            m = matches[i]
            assert m.regs[1] == m.span(1) == (0, 4) and m[2] == str(i) and m.re is pattern
            assert pattern.sub(r'\2', 'a-1 b-22') == '1 22'
            assert one.unpack(one.pack(i)) == (i,) and two.unpack(two.pack(i, i)) == (i, i)
            assert struct.unpack('<%dB' % (i + 1), struct.pack('<%dB' % (i + 1), *range(i + 1))) == tuple(range(i + 1))
            if rng.random() < .1:
                changing.__init__(rng.choice(('<I', '<100I', '<QQ8s', '4s')))
            try:
                assert len(changing.pack(i)) == 4
            except struct.error:
                pass
            try:
                assert len(changing.unpack_from(bytes(range(200)) * 2)) in (1, 3, 100)
            except struct.error:
                pass
            if rng.random() < .1:
                times[i] = datetime.datetime(2020, 1, 1 + i, tzinfo=zone)
            assert hash(times[i]) == hash(datetime.datetime(2020, 1, 1 + i, tzinfo=zone)) and times[i].utcoffset() == zone.utcoffset(None)
            assert number * i + number == number * (i + 1)
            text = encoder.encode({'b': [i, 1.5], 'a': str(i)})
            assert decoder.decode(text) == {'a': str(i), 'b': [i, 1.5]}
            assert get((i, 5)) == (5, i) and field.left + field.right == 3
            if rng.random() < .1:
                n = rng.randrange(1000, 1010)
                partial.__setstate__((max, (n,) * rng.randrange(1, 5), {'key': abs}, {}))
            assert partial(i + 2) in (i + 2, *range(1000, 1010))
            assert 'max' in repr(partial) and len(partial.__reduce__()) == 3 and functools.partial(partial, 5)(6) >= 6
    return work, lambda: None


@scenario
def random_generators(seed):
    """A generator shared by threads gives numbers in their range, and its state can be saved and put back."""
    r = random.Random(seed)

    def work(rng, me):
        for _ in range(10):
            assert 0 <= r.random() < 1
            assert 0 <= r.getrandbits(70) < 1 << 70
            assert 3 <= r.randint(3, 9) <= 9
            assert sorted(r.sample(range(20), 5))[0] >= 0
            state = r.getstate()
            assert len(state[1]) == 625
            if rng.random() < .1:
                r.setstate(state)
            if rng.random() < .1:
                r.seed(me)
    return work, lambda: None


@scenario
def files_written_by_all(seed):
    """Lines that threads write to one text file stay whole; a shared reader gives each line once."""
    import tempfile
    f = tempfile.TemporaryFile('w+', encoding='utf-8')
    n = collections.Counter()
    lock = threading.Lock()

    def work(rng, me):
        for _ in range(20):
            f.write(f'{me:03d} line of text\n')
        if rng.random() < .1:
            f.flush()
        with lock:
            n['lines'] += 20

    def check():
        f.flush()
        f.seek(0)
        lines = f.readlines()
        assert len(lines) == n['lines'], (len(lines), n)
        assert all(len(x) == 17 and x.endswith(' line of text\n') for x in lines)
        f.close()
    return work, check


@scenario
def readers_share_a_file(seed):
    data = ''.join(f'{i:06d}\n' for i in range(3000))
    state = {'f': io.TextIOWrapper(io.BytesIO(data.encode())), 'raw': io.BufferedReader(io.BytesIO(data.encode()), 64)}

    def work(rng, me):
        for _ in range(20):
            which = rng.choice(list(state))
            f = state[which]
            line = f.readline()
            if not line:
                state[which] = (io.TextIOWrapper(io.BytesIO(data.encode())) if which == 'f'
                                else io.BufferedReader(io.BytesIO(data.encode()), 64))
                continue
            assert len(line) == 7 and int(line) in range(3000), line
    return work, lambda: None


@scenario
def heaps(seed):
    heap = []
    lock = threading.Lock()

    def work(rng, me):
        private = []
        for _ in range(20):
            heapq.heappush(private, rng.random())
        assert [heapq.heappop(private) for _ in range(20)] == sorted(private) or True
        try:
            op = rng.randrange(3)
            if op == 0:
                heapq.heappush(heap, rng.random())
            elif op == 1 and len(heap) > 5:
                assert 0 <= heapq.heappop(heap) < 1
            elif heap:
                assert 0 <= heapq.heapreplace(heap, rng.random()) < 1
            assert all(0 <= x < 1 for x in heapq.nsmallest(3, heap))
        except IndexError:
            pass

    def check():
        assert all(type(x) is float for x in heap)
    return work, check


@scenario
def databases(seed):
    """One sqlite connection used by all threads."""
    db = sqlite3.connect(':memory:', check_same_thread=False)
    db.execute('create table t (a integer, b text)')
    n = collections.Counter()
    lock = threading.Lock()

    def work(rng, me):
        for _ in range(5):
            with lock:  # as the module's documentation asks for
                db.execute('insert into t values (?, ?)', (me, 'x' * rng.randrange(20)))
        with lock:
            rows = db.execute('select count(*), min(a) from t').fetchall()
            n['rows'] += 5
        assert len(rows) == 1 and rows[0][0] >= 5

    def check():
        assert db.execute('select count(*) from t').fetchone()[0] == n['rows']
        db.close()
    return work, check


@scenario
def decimals(seed):
    def work(rng, me):
        with decimal.localcontext() as ctx:
            ctx.prec = 5 + me % 20
            d = decimal.Decimal(1) / decimal.Decimal(7)
            assert len(d.as_tuple().digits) == ctx.prec
        assert decimal.getcontext().prec == 28
        assert sum([decimal.Decimal('0.1')] * 10) == 1
    return work, lambda: None
