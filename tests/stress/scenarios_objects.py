"""Objects of all kinds, shared as they are: any attribute read, set and deleted, objects that are initialised anew, called, shown, hashed, compared,
copied and iterated, whatever the other threads do to them. None may crash or become of another type."""
import array
import ast
import asyncio
import atexit
import collections
import contextvars
import copy
import csv
import ctypes
import datetime
import decimal
import functools
import gc
import hashlib
import io
import itertools
import json
import operator
import pickle
import random
import re
import struct
import sys
import threading
import types
import typing
import weakref
import xml.etree.ElementTree as tree

from harness import scenario


class Base:
    slot = 1

    def method(self, *args):
        return args


class Slots:
    __slots__ = ('a', 'b', '__weakref__')


class Point(ctypes.Structure):
    _fields_ = [('x', ctypes.c_int), ('y', ctypes.py_object)]


def function():
    def inner(a=1, b=2, *args, c=3, **kwargs) -> int:
        return a
    return inner


def closure():
    x = 1

    def inner(*args):
        return x
    return inner


def cell():
    return closure().__closure__[0]


def generator():
    yield 1
    yield from range(3)


async def coroutine(loop=None):
    return 1


def started():
    c = coroutine()
    c.close()
    return c


async def asynchronous_generator():
    yield 1


def frame():
    return sys._getframe()


def traceback():
    try:
        1 // 0
    except ZeroDivisionError as e:
        return e.__traceback__


def future():
    return asyncio.Future(loop=LOOP)


T = typing.TypeVar('T')
LOOP = asyncio.new_event_loop()
atexit.register(LOOP.close)
LANGUAGE = (
    function, closure, cell, generator, started, asynchronous_generator, frame, traceback, lambda: property(len), lambda: staticmethod(len),
    lambda: classmethod(len), lambda: list[T], lambda: int | list[T], lambda: type('Made', (Base,), {'a': 1}), lambda: types.ModuleType('module'),
    Base, Slots, lambda: types.MethodType(lambda self, *args: args, Base()), lambda: super(Base, Base()), lambda: weakref.ref(Base), lambda: weakref.proxy(Base), lambda: slice(1, 2),
    lambda: range(3), lambda: types.SimpleNamespace(a=1), lambda: types.MethodType(len, [1]), lambda: types.MappingProxyType({'a': 1}),
    lambda: iter([1, 2]), lambda: zip('ab', 'cd'), lambda: enumerate('ab'), lambda: map(int, '12'), lambda: memoryview(b'abc'),
    lambda: bytearray(b'abc'), lambda: {1: 2}.items(), lambda: Base.__dict__['__weakref__'], lambda: Slots.a, lambda: [].append)
EXCEPTIONS = (
    lambda: ValueError(1), lambda: OSError(2, 'x'), lambda: StopIteration(3), lambda: SystemExit(4), lambda: UnicodeDecodeError('a', b'b', 0, 1, 'r'),
    lambda: UnicodeEncodeError('a', 'b', 0, 1, 'r'), lambda: UnicodeTranslateError('a', 0, 1, 'r'), lambda: ImportError('a', name='b'),
    lambda: ExceptionGroup('g', [ValueError(1)]), lambda: SyntaxError('m', ('f', 1, 2, 't')), lambda: AttributeError('x', name='y', obj=1),
    lambda: NameError('x'), lambda: KeyError('y'), lambda: BlockingIOError(1, 'x', 2))
LIBRARY = (
    lambda: functools.partial(max, 1), lambda: functools.lru_cache(3)(lambda *a: 1), lambda: functools.cached_property(len),
    lambda: functools.singledispatch(lambda *a: 1), lambda: functools.cmp_to_key(lambda a, b: 0), lambda: operator.attrgetter('a'),
    lambda: operator.itemgetter(0), lambda: operator.methodcaller('method'), lambda: contextvars.ContextVar('v', default=1),
    contextvars.copy_context, lambda: itertools.repeat(1, 5), lambda: itertools.chain('ab', 'c'), lambda: itertools.groupby('aab'),
    lambda: itertools.tee('abc')[0], lambda: itertools.product('ab', repeat=2), lambda: collections.deque('abc', 5),
    lambda: collections.defaultdict(list, a=1), lambda: collections.OrderedDict(a=1), lambda: collections.Counter('aab'),
    lambda: array.array('l', [1, 2]), lambda: io.StringIO('text'), lambda: io.BytesIO(b'bytes'), lambda: io.TextIOWrapper(io.BytesIO(b'a\nb\n')),
    lambda: io.BufferedReader(io.BytesIO(b'a\nb\n')), lambda: re.compile('a(b)?'), lambda: re.match('a(?P<n>b)?', 'ab'), lambda: struct.Struct('<iq'),
    lambda: hashlib.sha256(b'x'), lambda: datetime.datetime(2020, 1, 2), lambda: datetime.timezone(datetime.timedelta(0, 60)),
    lambda: decimal.Decimal('1.5'), lambda: decimal.Context(prec=5), lambda: random.Random(1), lambda: json.JSONEncoder(),
    lambda: json.scanner.make_scanner(json.JSONDecoder()), lambda: csv.reader(['a,b']), lambda: csv.reader(['a']).dialect,
    lambda: tree.fromstring('<a k="v">t<b/>x</a>'), lambda: tree.TreeBuilder(), lambda: pickle.Pickler(io.BytesIO()),
    lambda: pickle.Unpickler(io.BytesIO(b'N.')), lambda: ast.parse('a + 1').body[0],
    Point, lambda: ctypes.c_int(1), lambda: ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 1), threading.local, threading.Lock, threading.RLock, future)
ARGUMENTS = (None, (), (1,), {}, {'a': 1}, 'x', 'ascii', 1, 0, -1, 2.5, b'x', Base, [1], function().__code__, len, ValueError(3), types.CodeType)
# Readers of blocking or endless things, and what warns each time.
SKIPPED = {'__class__', '__bases__', '__del__', '__dir__', '__abstractmethods__', 'cr_await', '_loop'}


def objects_of(makers):
    def setup(seed):
        shared = [make() for make in makers]
        kinds = [type(o) for o in shared]
        names = [[n for n in object.__dir__(o) if n not in SKIPPED] for o in shared]

        def arguments(rng, most):
            # One may be shared: of more, what shows all it holds would make a text that doubles with each level.
            chosen = [rng.choice(ARGUMENTS) for _ in range(rng.randrange(most + 1))]
            if chosen and rng.random() < .2:
                chosen[rng.randrange(len(chosen))] = rng.choice(shared)
            return chosen

        def use(rng):
            i = rng.randrange(len(makers))
            if rng.random() < .05:
                shared[i] = makers[i]()
            o = shared[i]
            op = rng.randrange(14)
            if op < 4:
                setattr(o, rng.choice(names[i]), rng.choice(ARGUMENTS))
            elif op == 4:
                delattr(o, rng.choice(names[i]))
            elif op == 5:
                o.__init__(*arguments(rng, 5))
            elif op == 6:
                o(*arguments(rng, 2))
            elif op == 7:
                repr(o), str(o)
            elif op == 8:
                o.__reduce_ex__(rng.choice((2, 4)))
            elif op == 9:
                hash(o), o == rng.choice(shared)
            elif op == 10:
                copy.copy(o)
            elif op == 11:
                for _ in zip(range(3), o):
                    pass
            elif op == 12:
                gc.get_referents(o), sys.getsizeof(o, 0), len(dir(o))
            else:
                for name in names[i]:
                    getattr(o, name, None)

        def work(rng, me):
            for _ in range(20):
                try:
                    use(rng)
                except (Exception, SystemExit, GeneratorExit):
                    pass

        def check():
            for o, kind in zip(shared, kinds):
                assert type(o) is kind, (type(o), kind)
        return work, check
    return setup


def object_scenario(name, makers):
    setup = objects_of(makers)
    setup.__name__ = name
    scenario(setup)


object_scenario('objects_of_the_language', LANGUAGE)
object_scenario('objects_of_the_library', LIBRARY)
object_scenario('exception_objects', EXCEPTIONS)


@scenario
def dictionary_mode(seed):
    """Objects with dicts of their own at the same sites: what they hold is theirs, what isn't there is the class's, or nobody's."""
    class Many:
        fallback = 'class'

    def make(i):
        o = Many()
        o.__dict__ = {'k%d' % j: j for j in range(i % 3)}
        o.mine = i * 10
        return o

    objects = [make(i) for i in range(12)]

    def read(o):
        return o.mine, o.fallback

    def work(rng, me):
        for _ in range(60):
            i = rng.randrange(12)
            o = objects[i]
            r = rng.random()
            if r < .1:
                o.fallback = i
            elif r < .2:
                o.__dict__.pop('fallback', None)
            elif r < .25:
                objects[i] = make(i)
            elif r < .3:
                o.__dict__ = dict(o.__dict__)
            elif r < .35:
                o.__dict__[i] = rng.random()  # not only strings any more
            mine, fallback = read(o)
            assert mine == i * 10 and fallback in (i, 'class'), (mine, fallback)
            try:
                o.nothing
                assert False
            except AttributeError:
                pass
    return work, lambda: None
