"""What the interpreter caches, changed under its feet: classes, their bases and special methods, functions' code and defaults, properties,
instances' classes and dicts, tracing, frames of running threads."""
import abc
import collections
import functools
import gc
import inspect
import sys
import threading
import types
import weakref

from harness import Counted, scenario, settled


@scenario
def special_methods_come_and_go(seed):
    """Operators of a class and its subclasses while others use them: always one of the methods that were there."""
    class Base:
        def __len__(self):
            return 1

        def __add__(self, other):
            return 'base'

        def __eq__(self, other):
            return True
        __hash__ = object.__hash__

        def __call__(self):
            return 'base'

    class Derived(Base):
        pass

    objects = [Derived() for _ in range(4)]
    methods = {'__add__': lambda self, other: 'other', '__call__': lambda self: 'other', '__len__': lambda self: 2,
               '__eq__': lambda self, other: True, '__getitem__': lambda self, i: range(10)[i], '__iter__': lambda self: iter((1, 2)),
               '__bool__': lambda self: True, '__contains__': lambda self, x: True, '__repr__': lambda self: 'repr',
               '__getattr__': lambda self, name: name, '__enter__': lambda self: self, '__del__': lambda self: None}

    def work(rng, me):
        for _ in range(20):
            o, op = rng.choice(objects), rng.randrange(10)
            try:
                if op == 0:
                    name = rng.choice(list(methods))
                    setattr(rng.choice((Base, Derived)), name, methods[name])
                elif op == 1:
                    delattr(Derived, rng.choice(list(methods)))
                elif op == 2:
                    assert o + 1 in ('base', 'other')
                elif op == 3:
                    assert o() in ('base', 'other')
                elif op == 4:
                    assert len(o) in (1, 2)
                elif op == 5:
                    assert o == 3 and o[5] == 5
                elif op == 6:
                    assert list(o) in ([1, 2], list(range(10)))
                elif op == 7:
                    assert (3 in o) in (True, False) and repr(o)
                elif op == 8:
                    objects[rng.randrange(4)] = Derived()
                else:
                    assert o.something == 'something'
            except (AttributeError, TypeError):
                pass

    def check():
        assert all(type(o) is Derived for o in objects)
    return work, check


@scenario
def bases_change(seed):
    """__bases__ of a class with live instances and subclasses; what is found is what one of the bases had."""
    class A:
        where = 'a'

        def f(self):
            return 'a'

    class B:
        where = 'b'

        def f(self):
            return 'b'

    class Mid(A):
        pass

    class Leaf(Mid):
        def g(self):
            return super().f()

    objects = [Leaf() for _ in range(4)]
    orders = [(A,), (B,), (A, B), (B, A)]

    def work(rng, me):
        for _ in range(10):
            o = rng.choice(objects)
            if rng.random() < .2:
                Mid.__bases__ = rng.choice(orders)
            assert o.where in 'ab' and o.f() in 'ab' and o.g() in 'ab'
            assert isinstance(o, (A, B)) and len(Leaf.__mro__) in (4, 5)
            if rng.random() < .1:
                assert type('Made', (Leaf,), {})().f() in 'ab'

    def check():
        assert Leaf.__mro__[:2] == (Leaf, Mid)
        settled(lambda: not Leaf.__subclasses__())
    return work, check


@scenario
def instances_change_class(seed):
    class Left:
        def which(self):
            return 'left'

    class Right:
        def which(self):
            return 'right'

    class Slots:
        __slots__ = ('x',)

    class SameSlots:
        __slots__ = ('x',)

    objects, slotted = [Left() for _ in range(4)], [Slots() for _ in range(4)]

    def work(rng, me):
        for _ in range(20):
            o, s, op = rng.choice(objects), rng.choice(slotted), rng.randrange(8)
            if op == 0:
                o.__class__ = rng.choice((Left, Right))
            elif op == 1:
                o.value = me
            elif op == 2:
                assert type(getattr(o, 'value', 0)) is int
            elif op == 3:
                try:
                    o.__dict__ = {'value': me, 'n': me}
                except TypeError:
                    pass  # it has another class by the time the descriptor looks
            elif op == 4:
                s.__class__ = rng.choice((Slots, SameSlots))
                s.x = me
            elif op == 5:
                # Of a class that nobody else keeps.
                o.__class__ = type('Brief', (Left,), {'which': lambda self: 'brief'})
            elif op == 6:
                objects[rng.randrange(4)] = Left()
            assert o.which() in ('left', 'right', 'brief')

    def check():
        assert all(o.which() in ('left', 'right', 'brief') for o in objects)
    return work, check


@scenario
def functions_change(seed):
    """__code__, __defaults__ and __kwdefaults__ of a function that others call: each call goes by one of its versions, or is refused."""
    def f(a, b=1, *, c=2):
        return 'f', a

    def g(a, b=3, d=5, *rest, c=4, **more):
        x = y = z = a
        return 'g', (x, y, z)[0]

    codes = [f.__code__, g.__code__]

    class Holder:
        method = f

    def work(rng, me):
        for _ in range(20):
            op = rng.randrange(8)
            try:
                if op == 0:
                    f.__code__ = rng.choice(codes)
                elif op == 1:
                    f.__defaults__ = rng.choice([(1,), (1, 2), None, (1, 2, 3)])
                elif op == 2:
                    f.__kwdefaults__ = rng.choice([{'c': 2}, None, {'c': [me]}])
                elif op == 3:
                    assert f(me)[1] == me
                elif op == 4:
                    assert f(me, b=2, c=3)[1] == me
                elif op == 5:
                    assert f(*[me, 2], **{'c': 3})[1] == me
                elif op == 6:
                    holder = Holder()
                    assert holder.method()[1] is holder
                else:
                    f.__name__ = f.__qualname__ = 'name%d' % me
                    repr(f), f.__name__, f.__doc__
            except TypeError:
                pass

    return work, lambda: None


@scenario
def descriptors_change(seed):
    """Properties that are initialised anew, class attributes that turn from values to properties and back."""
    class Thing:
        def __init__(self):
            self.own = ('own', 0)

    Thing.value = property(lambda self: ('property', 1))
    Thing.static = staticmethod(lambda: ('static', 1))
    Thing.cls = classmethod(lambda cls: ('cls', cls))
    objects = [Thing() for _ in range(4)]

    def work(rng, me):
        for _ in range(20):
            o, op = rng.choice(objects), rng.randrange(15)
            try:
                if op == 0:
                    value = Thing.__dict__['value']
                    value.__init__(lambda self: ('property', [me]))
                    value.__set_name__(Thing, 'value')
                elif op == 1:
                    Thing.__dict__['static'].__init__(lambda: ('static', [me]))
                elif op == 2:
                    Thing.own = property(lambda self: ('own', 'of the class'))
                elif op == 3:
                    del Thing.own
                elif op == 4:
                    Thing.value = property(lambda self: ('property', 2), lambda self, v: None)
                elif op == 5:
                    o.own = ('own', me)
                elif op == 6:
                    o.value = 3
                elif op == 7:
                    assert o.static()[0] == Thing.static()[0] == 'static'
                elif op == 8:
                    assert o.cls()[1] is Thing
                elif op == 9:
                    objects[rng.randrange(4)] = Thing()
                elif op == 10:
                    del o.value
                elif op == 11:
                    assert Thing.__dict__['value'].deleter(print).fget(o)[0] == 'property'
                elif op == 12:
                    for descriptor in Thing.__dict__['static'], Thing.__dict__['cls'], Thing.__dict__['value']:
                        assert 'method' in repr(descriptor) or not descriptor.__isabstractmethod__
                else:
                    assert o.value[0] == 'property' and o.own[0] == 'own'
            except AttributeError:
                pass

    return work, lambda: None


@scenario
def super_objects_change(seed):
    """super() that is initialised anew, bound and unbound, between classes that get other bases."""
    class A:
        def who(self):
            return 'A', self

    class Other(A):
        def who(self):
            return 'Other', self

    class B(A):
        def who(self):
            return 'B', self

    class C(B):
        def who(self):
            return 'C', super().who()

    shared = super(B, B())

    def work(rng, me):
        for _ in range(20):
            op = rng.randrange(8)
            try:
                if op == 0:
                    shared.__init__(B, B())
                elif op == 1:
                    shared.__init__(C, C())
                elif op == 2:
                    shared.__init__(B)
                elif op == 3:
                    B.__bases__ = rng.choice(((A,), (Other,)))
                elif op == 4:
                    assert repr(shared).startswith('<super: <class ')
                elif op == 5:
                    assert shared.__get__(C(), C).who()[0] in ('A', 'B', 'Other')
                elif op == 6:
                    assert C().who()[1][0] == 'B'
                else:
                    assert shared.who()[0] in ('A', 'B', 'Other')
            except (AttributeError, TypeError):
                pass  # unbound, or C's instance asked for what follows it

    return work, lambda: None


@scenario
def annotations_are_one_dict(seed):
    """What becomes a dict when somebody asks for it first, of functions, classes and modules: one for all."""
    def function():
        def annotated(a: int, b: 'text' = 1) -> list:
            return a
        return annotated

    makers = function, lambda: type('Class', (), {}), lambda: types.ModuleType('module')
    shared = [make() for make in makers]

    def work(rng, me):
        for _ in range(20):
            kind = rng.randrange(3)
            if rng.random() < .4:
                shared[kind] = makers[kind]()
            one = shared[kind]
            annotations = one.__annotations__
            annotations[me] = me
            assert one.__annotations__ is annotations and annotations[me] == me
            if kind == 0:
                assert annotations['a'] is int and annotations['b'] == 'text' and annotations['return'] is list

    return work, lambda: None


@scenario
def shared_exceptions(seed):
    """Exceptions that several threads raise while they handle one another: their contexts and tracebacks change all the time."""
    pool = [ValueError(i) for i in range(4)]

    def again(error, depth):
        if depth:
            again(error, depth - 1)
        else:
            raise error

    def work(rng, me):
        pool[rng.randrange(4)] = ValueError(me)  # (a traceback grows each time its exception is raised)
        for _ in range(20):
            first, second, op = rng.choice(pool), rng.choice(pool), rng.randrange(8)
            try:
                if op < 3:
                    try:
                        again(first, rng.randrange(3))
                    except ValueError:
                        again(second, rng.randrange(3))
                elif op == 3:
                    first.__context__ = rng.choice((None, second))
                elif op == 4:
                    pool[rng.randrange(4)] = ValueError(me)
                elif op == 5:
                    traceback = first.__traceback__
                    if traceback is not None:
                        traceback.tb_next = rng.choice((None, second.__traceback__))
                elif op == 6:
                    first.__traceback__ = None
                else:
                    traceback, length = first.__traceback__, 0
                    while traceback is not None:
                        assert traceback.tb_lineno and traceback.tb_frame.f_code
                        traceback, length = traceback.tb_next, length + 1
                        assert length < 10000
            except ValueError as e:
                assert len(e.args) == 1

    return work, lambda: None


@scenario
def methods_are_dropped_while_they_run(seed):
    class Thing:
        pass

    def make(n):
        big = [Counted(n)]

        def method(self, depth=3):
            if depth:
                return self.method(depth - 1)
            return big[0].value
        return method

    Thing.method = make(0)
    thing = Thing()

    def work(rng, me):
        for _ in range(20):
            if rng.random() < .3:
                Thing.method = make(me)
            else:
                assert 0 <= thing.method() < 64

    def check():
        del Thing.method
        settled(lambda: Counted.live == 0)
    return work, check


@scenario
def class_attributes_count(seed):
    """Plain attributes of classes, written again and again."""
    class Base:
        setting = ('setting', 0)

    class Derived(Base):
        pass

    def work(rng, me):
        for i in range(30):
            target = Base if rng.random() < .7 else Derived
            if rng.random() < .5:
                target.setting = ('setting', [i])
            elif rng.random() < .1:
                try:
                    del Derived.setting
                except AttributeError:
                    pass
            else:
                assert Derived().setting[0] == Derived.setting[0] == 'setting'

    return work, lambda: None


@scenario
def abstract_classes(seed):
    class Shape(abc.ABC):
        @abc.abstractmethod
        def area(self):
            pass

    def work(rng, me):
        for _ in range(5):
            class Square(Shape):
                def area(self):
                    return me
            assert Square().area() == me and isinstance(Square(), Shape)
            class Virtual:
                pass
            assert not isinstance(Virtual(), Shape)
            Shape.register(Virtual)
            assert issubclass(Virtual, Shape)
            try:
                Shape()
                assert False
            except TypeError:
                pass

    return work, lambda: None


@scenario
def classes_die(seed):
    """Classes with instances, made and dropped by all; references to them among the subclasses of a base go as well."""
    class Base:
        registry = weakref.WeakSet()

        def __init_subclass__(cls, **kwargs):
            super().__init_subclass__(**kwargs)
            Base.registry.add(cls)

    shared = []

    def work(rng, me):
        for _ in range(10):
            class Made(Base):
                attribute = Counted(me)

                def method(self):
                    return self.attribute.value
            o = Made()
            o.a = o.b = o.c = o
            shared.append(o)
            try:
                assert 0 <= shared[rng.randrange(10)].method() < 64
                if len(shared) > 10:
                    shared.pop(0)
            except IndexError:
                pass
            len(Base.__subclasses__())

    def check():
        shared.clear()
        settled(lambda: Counted.live == 0)
        settled(lambda: not Base.__subclasses__())
    return work, check


@scenario
def tracing(seed):
    """Each thread's own trace and profile functions see its own frames."""
    def callee(n):
        x = n + 1
        return x

    def work(rng, me):
        seen = collections.Counter()

        def trace(frame, event, arg):
            assert threading.get_ident() == ident
            seen[event] += 1
            frame.f_locals
            return trace

        def profile(frame, event, arg):
            assert threading.get_ident() == ident
            seen[event] += 1
        ident = threading.get_ident()
        if rng.random() < .5:
            sys.settrace(trace)
        else:
            sys.setprofile(profile)
        try:
            for _ in range(5):
                callee(me)
        finally:
            sys.settrace(None)
            sys.setprofile(None)
        assert seen['call'] >= 5 and seen['return'] >= 5

    return work, lambda: None


@scenario
def frames_are_looked_at(seed):
    """Frames, locals and lines of threads that run."""
    def outer(n):
        mark = ('mark', n)
        return inner(mark, n)

    def inner(mark, n):
        total = 0
        for i in range(n):
            total += i
        return mark, total

    def work(rng, me):
        for _ in range(5):
            assert outer(20)[0] == ('mark', 20)
        if rng.random() < .3:
            for frame in sys._current_frames().values():
                while frame is not None:
                    if frame.f_code is outer.__code__ or frame.f_code is inner.__code__:
                        value = frame.f_locals.get('mark')
                        assert value is None or value == ('mark', 20)
                    assert frame.f_lineno is None or frame.f_lineno >= 0
                    frame.f_lasti, frame.f_globals['__builtins__']
                    frame = frame.f_back
        if rng.random() < .1:
            inspect.stack()

    return work, lambda: None


@scenario
def shared_namespaces(seed):
    """Code run by all in one namespace, with builtins that change."""
    ns = {'__builtins__': dict(vars(__builtins__) if isinstance(__builtins__, types.ModuleType) else __builtins__)}
    exec('def call():\n return thing()\ndef length():\n return len([1, 2])\n', ns)
    ns['thing'] = lambda: 'a'

    def work(rng, me):
        for _ in range(20):
            op = rng.randrange(6)
            if op == 0:
                ns['thing'] = (lambda n: lambda: 'abc'[n % 3])(me)
            elif op == 1:
                ns['__builtins__']['thing'] = lambda: 'b'
            elif op == 2:
                ns['n%d' % rng.randrange(100)] = me
            elif op == 3:
                exec('value = ("value", [%d])' % me, ns)
                assert eval('value[0]', ns) == 'value'
            elif op == 4:
                ns['__builtins__']['len'] = (lambda f: lambda x: f(x))(len)
            else:
                assert ns['call']() in 'abc' and ns['length']() == 2

    return work, lambda: None


@scenario
def closures_and_cells(seed):
    """Cells that are filled, emptied and read by all."""
    cell = types.CellType(('cell', 0))

    def make():
        x = ('cell', 1)

        def read():
            return x

        def write(v):
            nonlocal x
            x = v

        def drop():
            nonlocal x
            del x
        return read, write, drop
    read, write, drop = make()

    def work(rng, me):
        for _ in range(30):
            op = rng.randrange(6)
            try:
                if op == 0:
                    write(('cell', Counted(me)))
                elif op == 1:
                    drop()
                elif op == 2:
                    cell.cell_contents = ('cell', [me])
                elif op == 3:
                    del cell.cell_contents
                elif op == 4:
                    assert cell.cell_contents[0] == 'cell'
                else:
                    assert read()[0] == 'cell'
            except (NameError, ValueError):
                pass

    def check():
        write(None)
        settled(lambda: Counted.live == 0)
    return work, check


@scenario
def cached_results(seed):
    """functools: cached_property, singledispatch, partialmethod, total_ordering, cmp_to_key."""
    class Thing:
        @functools.cached_property
        def value(self):
            return ('value', [1])

        @functools.singledispatchmethod
        def kind(self, x):
            return 'object'

        @kind.register
        def _(self, x: int):
            return 'int'

        pair = functools.partialmethod(lambda self, *args: args, 1)

    @functools.singledispatch
    def dispatch(x):
        return 'object'
    dispatch.register(int, lambda x: 'int')
    things = [Thing() for _ in range(3)]

    def work(rng, me):
        for _ in range(10):
            thing = things[rng.randrange(3)]
            assert thing.value[0] == 'value' and thing.kind(1) == 'int' and thing.kind('') == 'object' and thing.pair(2) == (1, 2)
            assert dispatch(3) == 'int' and dispatch([]) == 'object'
            assert sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: a - b)) == [1, 2, 3]
            things[rng.randrange(3)] = Thing()

    return work, lambda: None


@scenario
def resurrection(seed):
    """Finalisers that bring their objects and others back, in cycles and out of them, while others look through weak references."""
    kept, refs = [], collections.deque(maxlen=50)

    class Phoenix:
        def __init__(self):
            self.me = self
            self.payload = Counted()
            refs.append(weakref.ref(self))

        def __del__(self):
            kept.append(self)

    def work(rng, me):
        for _ in range(10):
            Phoenix()
            plain = Phoenix()
            plain.me = None
            del plain
            try:
                for r in list(refs)[:10]:
                    o = r()
                    assert o is None or type(o.payload) is Counted
            except RuntimeError:
                pass  # changed while it was copied
            if len(kept) > 40:
                for o in kept[:20]:
                    o.me = None
                del kept[:20]
        if rng.random() < .1:
            gc.collect()

    def check():
        def gone():
            for o in kept:
                o.me = None
            kept.clear()
            gc.collect()
            return Counted.live == 0
        settled(gone)
    return work, check


@scenario
def coroutines(seed):
    """Coroutines and asynchronous generators: one thread at a time drives one, the others are told."""
    @types.coroutine
    def pause():
        yield 'paused'

    async def steps():
        for i in range(50):
            await pause()
            yield i

    async def drive():
        async for i in steps():
            await pause()
        return 'done'
    shared = [drive()]

    def work(rng, me):
        for _ in range(20):
            c = shared[0]
            try:
                assert c.send(None) == 'paused'
            except StopIteration as e:
                assert e.value in ('done', None)
                shared[0] = drive()
            except (ValueError, RuntimeError):  # running in another thread, or at its end
                if c.cr_frame is None:
                    shared[0] = drive()
            if rng.random() < .02:
                try:
                    c.close()
                except (ValueError, RuntimeError):
                    pass
                shared[0] = drive()
            c.cr_running, c.cr_await

    def check():
        try:
            shared[0].close()
        except RuntimeError:
            pass
    return work, check


@scenario
def chains_of_reads(seed):
    """What is read from what was read a moment ago, while all of it is replaced: rows of lists, attributes of attributes, items of dicts."""
    class Node:
        def __init__(self, n):
            self.tag, self.pair = n, Pair(n)
            self.rows, self.table = [[n, str(n)], (n, float(n))], {'key': [n, [n]]}

    class Pair:
        def __init__(self, n):
            self.tag, self.items = n, [n, [n, n]]

    class Holder:
        pass
    holder, rows, table, cell = Holder(), [[Node(i), Node(i)] for i in range(4)], {'key': [Node(9), 0]}, Node(0)
    holder.node = Node(1)

    def replace(n):
        nonlocal cell
        cell = Node(n)
        holder.node = Node(n + 1)
        rows[n % 4] = [Node(n), Node(n)]
        rows[n % 4][1] = Node(n)
        table['key'] = [Node(n), n]
        holder.node.pair = Pair(n)
        holder.node.pair.items = [n, [n, n]]
        holder.node.rows[0] = [n, str(n)]
        cell.table['key'] = [n, [n]]

    def read(i, key):
        got = 0
        got += cell.pair.tag + cell.tag + cell.pair.items[1][0]
        got += holder.node.pair.items[0] + holder.node.pair.items[1][1]
        got += rows[i][0].tag + rows[i][1].pair.tag + rows[i][0].pair.items[1][1]
        got += len(cell.rows[0][1]) + cell.rows[1][0] + int(cell.rows[1][1])
        got += table[key][0].tag + table[key][0].table[key][1][0] + cell.table[key][0]
        kept = cell.table[key][1], rows[i][1].pair.items[1], holder.node.rows[0]
        return got, kept

    def work(rng, me):
        if me % 2:
            for n in range(30):
                replace(rng.randrange(1000))
        else:
            for n in range(60):
                got, kept = read(n & 3, 'key')
                assert type(got) is int and got >= 0
                assert len(kept[0]) == 1 and kept[1][0] == kept[1][1] and kept[2][1] == str(kept[2][0])

    def check():
        assert not [o for o in gc.get_objects() if type(o) is Node and o.tag > 1000]
    return work, check
