"""Warnings about coroutines nobody awaited, and their tracking of origins."""
import gc
import sys
import warnings


async def f():
    pass


class C:
    async def m(self):
        pass


def collect(make):
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        make()
        gc.collect()
        return [(str(x.message), x.category.__name__) for x in w]


print(collect(f))
print(collect(C().m))
print(collect(lambda: [f() for _ in range(2)]))
print(collect(lambda: f().close()))


def started():
    c = f()
    try:
        c.send(None)
    except StopIteration:
        pass


print(collect(started))


async def agen():
    yield 1


print(collect(agen), collect(lambda: agen().asend(None)), collect(lambda: agen().__anext__()))
print(collect(lambda: agen().aclose()))
sys.set_coroutine_origin_tracking_depth(2)
print(sys.get_coroutine_origin_tracking_depth())


def creator():
    return f()


c = creator()
print([(name, line) for _, line, name in c.cr_origin])
c.close()
sys.set_coroutine_origin_tracking_depth(0)
for bad in -1, 'x':
    try:
        sys.set_coroutine_origin_tracking_depth(bad)
    except (ValueError, TypeError) as e:
        print(e)
try:
    f() + 1
except TypeError as e:
    print(e)
with warnings.catch_warnings():
    warnings.simplefilter('error')
    x = f()
    old = sys.unraisablehook
    sys.unraisablehook = lambda u: print('unraisable', u.exc_value)
    del x
    sys.unraisablehook = old
warnings.simplefilter('ignore')
len(f())
