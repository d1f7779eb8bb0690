"""The cases of modules.py --library: what programs do with the library that is written in Python (and what it stands on)."""
import io

from timing import case, run_cases

TEXT = ('The quick brown fox jumps over the lazy dog; it runs away from %d wolves, and hides.\n' * 60)


@case('decimal.sum')
def _():
    from decimal import Decimal
    values = [Decimal(i) / 7 for i in range(1, 200)]
    return lambda: sum(values) * Decimal('1.19')


@case('fractions.sum')
def _():
    from fractions import Fraction
    return lambda: sum(Fraction(1, i) for i in range(1, 60))


@case('statistics.summary')
def _():
    import statistics
    data = [i * 37 % 101 / 3 for i in range(300)]
    return lambda: (statistics.mean(data), statistics.stdev(data), statistics.median(data), statistics.fmean(data))


@case('collections.counter')
def _():
    from collections import Counter
    words = TEXT.split()
    return lambda: Counter(words).most_common(5)


@case('collections.defaultdict')
def _():
    from collections import defaultdict

    def run():
        d = defaultdict(list)
        for i in range(2000):
            d[i % 97].append(i)
        return d
    return run


@case('collections.namedtuple')
def _():
    from collections import namedtuple
    Point = namedtuple('Point', 'x y z')

    def run():
        t = 0
        for i in range(800):
            p = Point(i, i + 1, 2)
            t += p.x * p.y - p.z
            p = p._replace(x=3)
        return t
    return run


@case('collections.ordered')
def _():
    from collections import OrderedDict

    def run():
        d = OrderedDict()
        for i in range(1000):
            d[i] = i
            if i % 3 == 0:
                d.move_to_end(i // 2)
        while len(d) > 500:
            d.popitem(last=False)
        return list(d)
    return run


@case('collections.chainmap_userdict')
def _():
    from collections import ChainMap, UserDict

    class D(UserDict):
        pass
    base = ChainMap({'a': 1}, {'b': 2}, {'c': 3})

    def run():
        d = D()
        for i in range(300):
            d[i] = base['c'] + base['a']
        return sum(d.values())
    return run


@case('dataclasses.use')
def _():
    from dataclasses import asdict, dataclass, field, replace

    @dataclass(order=True)
    class Item:
        name: str
        price: float
        tags: list = field(default_factory=list)

    def run():
        items = [Item(f'n{i % 50}', i * 1.5) for i in range(200)]
        items.sort()
        return [asdict(replace(i, price=2.0)) for i in items[:40]], repr(items[0])
    return run


@case('dataclasses.define')
def _():
    from dataclasses import dataclass

    def run():
        @dataclass(frozen=True)
        class P:
            x: int
            y: int = 0
            z: str = ''
        return P(1)
    return run


@case('enum.use')
def _():
    import enum

    class Color(enum.Enum):
        RED = 1
        GREEN = 2
        BLUE = 3

    class Perm(enum.Flag):
        R = 4
        W = 2
        X = 1

    def run():
        n = 0
        for i in range(300):
            c = Color(i % 3 + 1)
            if c is Color.RED or c.name == 'BLUE':
                n += c.value
            n += (Perm.R | Perm.W).value
        return n
    return run


@case('functools.lru_cache')
def _():
    import functools

    def run():
        @functools.lru_cache(None)
        def fib(n):
            return n if n < 2 else fib(n - 1) + fib(n - 2)
        return [fib(i) for i in range(300)]
    return run


@case('functools.singledispatch_partial')
def _():
    import functools

    @functools.singledispatch
    def show(x):
        return 'object'

    @show.register
    def _(x: int):
        return 'int'

    @show.register
    def _(x: str):
        return 'str'
    part = functools.partial(show)
    return lambda: [part(x) for x in (1, 'a', 2.0, [], 3, 'b') * 60]


@case('itertools.mix')
def _():
    from itertools import accumulate, chain, combinations, count, groupby, islice, product, takewhile, zip_longest
    data = list(range(200))

    def run():
        a = sum(1 for _ in combinations(data[:20], 3))
        b = [(k, len(list(g))) for k, g in groupby(data, key=lambda x: x // 7)]
        c = list(accumulate(chain(data, islice(count(), 100))))
        d = [x + y for x, y in product(data[:30], repeat=2) if x < y]
        e = list(takewhile(lambda x: x < 150, data)), list(zip_longest(data, data[:50], fillvalue=0))
        return a, b, c, d, e
    return run


@case('heapq.scheduling')
def _():
    import heapq

    def run():
        h = []
        for i in range(600):
            heapq.heappush(h, (i * 7919 % 1009, i))
        out = []
        while h:
            out.append(heapq.heappop(h))
        return out, heapq.nsmallest(5, out), heapq.merge([1, 4], [2, 3])
    return run


@case('copy.deepcopy')
def _():
    import copy
    data = {'a': [1, 2, {'b': (3, 4)}], 'c': {'d': [5] * 20}, 'e': [{'k': i} for i in range(20)]}
    return lambda: copy.deepcopy(data)


@case('contextlib.managers')
def _():
    from contextlib import ExitStack, contextmanager, suppress

    @contextmanager
    def tag(out, name):
        out.append(name)
        yield out
        out.append(name)

    def run():
        out = []
        for i in range(120):
            with tag(out, i), suppress(ValueError):
                raise ValueError
        with ExitStack() as stack:
            for i in range(60):
                stack.enter_context(tag(out, i))
        return len(out)
    return run


@case('argparse.parse')
def _():
    import argparse

    def run():
        p = argparse.ArgumentParser(prog='x', description='d')
        p.add_argument('files', nargs='*')
        p.add_argument('-v', '--verbose', action='count', default=0)
        p.add_argument('--level', type=int, choices=range(10))
        p.add_argument('-o', '--output', metavar='FILE')
        return p.parse_args(['-vv', '--level', '3', 'a', 'b', '-o', 'c']), p.format_help()
    return run


@case('logging.format')
def _():
    import logging
    stream = io.StringIO()
    logger = logging.getLogger('bench')
    logger.propagate = False
    logger.setLevel(logging.INFO)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter('%(asctime)s %(levelname)s %(name)s: %(message)s'))
    logger.addHandler(handler)

    def run():
        stream.seek(0)
        for i in range(60):
            logger.info('message %d of %s', i, 'many')
            logger.debug('not shown %d', i)
        return stream.tell()
    return run


@case('string.template_textwrap')
def _():
    import string
    import textwrap
    t = string.Template('$who likes $what for ${price}')

    def run():
        s = [t.substitute(who='tim', what='pie', price=i) for i in range(60)]
        return s, textwrap.fill(TEXT[:900], 50), textwrap.dedent('  a\n  b\n' * 20)
    return run


@case('difflib.compare')
def _():
    import difflib
    a = [f'line {i} of the text' for i in range(60)]
    b = [x if i % 7 else x + ' changed' for i, x in enumerate(a)]
    return lambda: (list(difflib.unified_diff(a, b)), difflib.SequenceMatcher(None, TEXT[:150], TEXT[40:200]).ratio())


@case('html.parse')
def _():
    import html
    from html.parser import HTMLParser
    page = '<html><body>' + '<p class="a b">Text &amp; more <a href="http://x/?a=1&amp;b=2">link</a><br/></p>\n' * 40 + '</body></html>'

    class P(HTMLParser):
        def __init__(self):
            super().__init__()
            self.links = []

        def handle_starttag(self, tag, attrs):
            if tag == 'a':
                self.links.append(dict(attrs)['href'])

    def run():
        p = P()
        p.feed(page)
        return p.links, html.escape(page), html.unescape(page)
    return run


@case('xml.etree')
def _():
    import xml.etree.ElementTree as ET
    doc = '<root>' + ''.join(f'<item id="{i}"><name>n{i}</name><price>{i * 1.5}</price></item>' for i in range(150)) + '</root>'

    def run():
        root = ET.fromstring(doc)
        total = sum(float(e.findtext('price')) for e in root.iter('item') if int(e.get('id')) % 2)
        return total, ET.tostring(root)
    return run


@case('xml.minidom')
def _():
    from xml.dom import minidom
    doc = '<root>' + ''.join(f'<item id="{i}"><name>n{i}</name></item>' for i in range(40)) + '</root>'
    return lambda: minidom.parseString(doc).toprettyxml()


@case('configparser.read')
def _():
    import configparser
    text = ''.join(f'[section{i}]\nkey = value{i}\nnum = {i}\npath = %(key)s/x\n\n' for i in range(30))

    def run():
        c = configparser.ConfigParser()
        c.read_string(text)
        return sum(c.getint(s, 'num') for s in c.sections()), [c.get(s, 'path') for s in c.sections()]
    return run


@case('tomllib.loads')
def _():
    import tomllib
    text = ''.join(f'[table{i}]\nname = "n{i}"\nvalues = [1, 2.5, true]\ndate = 2024-01-0{i % 9 + 1}\n' for i in range(25))
    return lambda: tomllib.loads(text)


@case('pathlib.paths')
def _():
    from pathlib import PurePosixPath

    def run():
        n = 0
        for i in range(100):
            p = PurePosixPath('/usr/lib') / f'dir{i}' / 'file.tar.gz'
            n += len(p.parts) + len(p.suffixes) + len(str(p.with_suffix('.zip'))) + len(p.relative_to('/usr').as_posix())
        return n
    return run


@case('urllib.parse')
def _():
    from urllib.parse import parse_qs, quote, unquote, urlencode, urljoin, urlsplit

    def run():
        n = 0
        for i in range(50):
            u = urlsplit(f'https://user@example.org:80{i % 10}/a/b{i}?q={i}&r=x%20y#frag')
            n += len(parse_qs(u.query)) + len(urljoin(u.geturl(), '../c')) + len(quote(f'a b/{i}')) + len(unquote('a%20b'))
            n += len(urlencode({'a': i, 'b': 'c d'}))
        return n
    return run


@case('email.message')
def _():
    import email
    from email.message import EmailMessage

    def run():
        m = EmailMessage()
        m['Subject'] = 'Hello world'
        m['From'] = 'Ann <ann@example.org>'
        m['To'] = 'bob@example.org, carl@example.org'
        m.set_content('Body text\n' * 10)
        return email.message_from_string(m.as_string())['to']
    return run


@case('shlex_glob.split')
def _():
    import fnmatch
    import shlex
    names = [f'file{i}.{e}' for i in range(100) for e in ('py', 'txt')]
    return lambda: (shlex.split('cp -r "a b" c\\ d \'e f\' --x=1 ' * 5), fnmatch.filter(names, 'f*1?.py'))


@case('ipaddress.networks')
def _():
    import ipaddress

    def run():
        net = ipaddress.ip_network('10.1.0.0/24')
        return sum(int(h) for h in net.hosts()), ipaddress.ip_address('2001:db8::1') in ipaddress.ip_network('2001:db8::/32')
    return run


@case('ast.parse_unparse')
def _():
    import ast
    source = 'def f(a, b=2, *args, **kw):\n    x = [i ** 2 for i in range(a) if i % 2]\n    return {"k": x, **kw} if b else None\n' * 6

    class V(ast.NodeVisitor):
        n = 0

        def visit_Name(self, node):
            self.n += 1

    def run():
        tree = ast.parse(source)
        v = V()
        v.visit(tree)
        return ast.unparse(tree), v.n, ast.dump(tree)
    return run


@case('compile.exec')
def _():
    source = 'def f(a, b=2):\n    return [i ** 2 for i in range(a) if i % 2]\nclass C:\n    x = f(5)\n' * 5
    return lambda: exec(compile(source, '<x>', 'exec'), {})


@case('tokenize.tokens')
def _():
    import tokenize
    source = ('def f(a, b=2):\n    # comment\n    return [i ** 2 for i in range(a) if i % 2 and "text"]\n' * 20).encode()
    return lambda: list(tokenize.tokenize(io.BytesIO(source).readline))


@case('inspect.signature')
def _():
    import inspect

    def f(a, b: int = 2, *args, c, d=4, **kw) -> str:
        pass
    return lambda: [str(inspect.signature(f)) for _ in range(20)] + [inspect.signature(f).bind(1, 2, c=3).arguments]


@case('typing.generic')
def _():
    from typing import Dict, Generic, List, Optional, TypeVar, Union, get_type_hints
    T = TypeVar('T')

    class Stack(Generic[T]):
        def __init__(self) -> None:
            self.items: List[T] = []

        def push(self, item: T) -> None:
            self.items.append(item)

    def run():
        s = Stack[int]()
        for i in range(200):
            s.push(i)
        return Optional[Dict[str, Union[int, str]]], get_type_hints(Stack.push)
    return run


@case('abc.isinstance')
def _():
    from collections.abc import Iterable, Mapping, Sequence
    values = [[], {}, '', 1, (), set(), range(3), 2.0]
    return lambda: sum(isinstance(v, t) for v in values for t in (Iterable, Mapping, Sequence) for _ in range(20))


@case('random.draws')
def _():
    import random
    r = random.Random(1)
    deck = list(range(52))

    def run():
        r.shuffle(deck)
        return [r.randint(1, 6) for _ in range(200)], r.sample(deck, 5), r.choice(deck), r.gauss(0, 1), r.choices(deck, k=50)
    return run


@case('string_io.lines')
def _():
    def run():
        out = io.StringIO()
        for i in range(300):
            print('row', i, i * 2.5, sep='\t', file=out)
        out.seek(0)
        return sum(float(line.rstrip('\n').split('\t')[2]) for line in out)
    return run


@case('asyncio.tasks')
def _():
    import asyncio

    async def work(n):
        for _ in range(5):
            await asyncio.sleep(0)
        return n

    async def main():
        return sum(await asyncio.gather(*(work(i) for i in range(60))))
    return lambda: asyncio.run(main())


@case('asyncio.queue')
def _():
    import asyncio

    async def main():
        q = asyncio.Queue(10)
        total = 0

        async def produce():
            for i in range(200):
                await q.put(i)
            await q.put(None)
        task = asyncio.create_task(produce())
        while (item := await q.get()) is not None:
            total += item
        await task
        return total
    return lambda: asyncio.run(main())


@case('threading.queue')
def _():
    import queue
    import threading

    def run():
        q, out = queue.Queue(20), []

        def work():
            while (item := q.get()) is not None:
                out.append(item)
        t = threading.Thread(target=work)
        t.start()
        for i in range(300):
            q.put(i)
        q.put(None)
        t.join()
        return len(out)
    return run


@case('unittest.mock')
def _():
    from unittest.mock import MagicMock, patch

    def run():
        m = MagicMock()
        for i in range(10):
            m.method(i, key=i)
        m.method.assert_called_with(9, key=9)
        with patch('os.getcwd', return_value='/x'):
            return m.method.call_count
    return run


@case('unittest.suite')
def _():
    import unittest

    class T(unittest.TestCase):
        def setUp(self):
            self.x = [1, 2, 3]

        def test_a(self):
            self.assertEqual(self.x, [1, 2, 3])

        def test_b(self):
            with self.assertRaises(ValueError):
                int('x')

        def test_c(self):
            for i in range(5):
                with self.subTest(i=i):
                    self.assertIn(i, range(5))
    loader = unittest.TestLoader()
    return lambda: loader.loadTestsFromTestCase(T).run(unittest.TestResult())


@case('base64.binascii')
def _():
    import base64
    import binascii
    data = bytes(range(256)) * 20
    return lambda: (base64.b64decode(base64.b64encode(data)), base64.b32encode(data[:500]), binascii.hexlify(data), base64.b85encode(data[:400]))


@case('uuid_hash.ids')
def _():
    import uuid
    return lambda: [str(uuid.uuid4()) for _ in range(50)] + [uuid.uuid5(uuid.NAMESPACE_DNS, 'example.org').hex]


@case('pprint.format')
def _():
    import pprint
    data = {f'key{i}': {'list': list(range(10)), 'text': 'x' * 30, 'pair': (i, -i)} for i in range(15)}
    return lambda: pprint.pformat(data)


@case('calendar.months')
def _():
    import calendar
    return lambda: calendar.TextCalendar().formatyear(2024)


@case('traceback.format')
def _():
    import traceback

    def fail(n):
        if n:
            fail(n - 1)
        raise KeyError('x')

    def run():
        try:
            fail(10)
        except KeyError:
            return traceback.format_exc()
    return run


@case('weakref.caches')
def _():
    import weakref

    class C:
        pass

    def run():
        d = weakref.WeakValueDictionary()
        keep = [C() for _ in range(200)]
        for i, c in enumerate(keep):
            d[i] = c
        s = weakref.WeakSet(keep)
        return len(d), len(s), sum(1 for r in map(weakref.ref, keep) if r() is not None)
    return run


@case('zipfile.archive')
def _():
    import zipfile

    def run():
        buf = io.BytesIO()
        with zipfile.ZipFile(buf, 'w', zipfile.ZIP_DEFLATED) as z:
            for i in range(15):
                z.writestr(f'f{i}.txt', TEXT[:500])
        with zipfile.ZipFile(buf) as z:
            return sum(len(z.read(n)) for n in z.namelist())
    return run


@case('tarfile.archive')
def _():
    import tarfile

    def run():
        buf = io.BytesIO()
        with tarfile.open(fileobj=buf, mode='w') as t:
            for i in range(10):
                info = tarfile.TarInfo(f'f{i}')
                info.size = 500
                t.addfile(info, io.BytesIO(TEXT[:500].encode()))
        buf.seek(0)
        with tarfile.open(fileobj=buf) as t:
            return [m.name for m in t]
    return run


@case('sqlite3.queries')
def _():
    import sqlite3

    def run():
        db = sqlite3.connect(':memory:')
        db.execute('create table t(a integer, b text, c real)')
        db.executemany('insert into t values(?, ?, ?)', ((i, f'n{i}', i * 0.5) for i in range(300)))
        rows = db.execute('select a, b, c from t where a % 3 = 0 order by b').fetchall()
        db.close()
        return rows
    return run


run_cases()
