"""contextlib: contextmanager, ExitStack, suppress, closing, redirect_stdout, nullcontext, decorators."""
import contextlib
import io
import sys


@contextlib.contextmanager
def tag(name):
    print(f'<{name}>')
    try:
        yield name
    except ValueError as e:
        print('caught', e)
    finally:
        print(f'</{name}>')


with tag('a') as a, tag('b'):
    print(a)
with tag('swallow'):
    raise ValueError('v')
try:
    with tag('pass'):
        raise KeyError('k')
except KeyError as e:
    print('out', e)


@tag('decorated')
def f(x):
    return x * 2


print(f(2), f(3))


@contextlib.contextmanager
def bad(mode):
    if mode == 'none':
        return
    yield 1
    if mode == 'twice':
        yield 2
    if mode == 'stop':
        raise StopIteration('s')


for mode in 'none', 'twice', 'stop', 'fine':
    try:
        with bad(mode):
            print('body', mode)
    except RuntimeError as e:
        print(type(e).__name__, e)
try:
    with bad('twice'):
        raise OSError('in body')
except OSError as e:
    print(e)


@contextlib.contextmanager
def no_stop():
    try:
        yield
    except Exception:
        pass
    yield 'again'


try:
    with no_stop():
        raise OSError('x')
except RuntimeError as e:
    print(e)
with contextlib.ExitStack() as stack:
    stack.enter_context(tag('one'))
    stack.callback(print, 'callback', 1)
    stack.push(lambda *exc: print('pushed', exc[0]) or True)
    stack.enter_context(tag('two'))
    raise TypeError('inside stack')
stack = contextlib.ExitStack()
stack.callback(print, 'late')
moved = stack.pop_all()
stack.close()
moved.close()
with contextlib.suppress(KeyError, IndexError):
    {}['x']
out = io.StringIO()
with contextlib.redirect_stdout(out):
    print('captured')
print(repr(out.getvalue()))


class Closable:
    def close(self):
        print('closed')


with contextlib.closing(Closable()) as c:
    pass
with contextlib.nullcontext(5) as n:
    print(n)


class D(contextlib.ContextDecorator):
    def __enter__(self):
        print('D in')

    def __exit__(self, *a):
        print('D out')


@D()
def g():
    print('g')


g()
print(isinstance(D(), contextlib.AbstractContextManager), isinstance(5, contextlib.AbstractContextManager))
try:
    with contextlib.ExitStack() as s:
        s.enter_context(5)
except TypeError as e:
    print(e)
with contextlib.ExitStack() as s:
    s.callback(lambda: 1 / 0)
    s.callback(lambda: [][1])
