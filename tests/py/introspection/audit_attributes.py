# Audit events of what looks into code and changes it.
import sys
import types

seen = []
on = False


def hook(event, args):
    if on:
        seen.append((event, *[a if isinstance(a, (str, int, bytes)) else type(a).__name__ for a in args]))


sys.addaudithook(hook)


def function(a=1, *, b=2):
    return a


def generator():
    yield


async def coroutine():
    pass


async def async_generator():
    yield


gen, coro, agen = generator(), coroutine(), async_generator()
code = function.__code__


def run():
    function.__code__, function.__defaults__, function.__kwdefaults__, function.__globals__
    function.__defaults__ = (3,)
    function.__kwdefaults__ = {'b': 3}
    del function.__defaults__
    sys._getframe().f_code
    gen.gi_code, gen.gi_frame, coro.cr_code, coro.cr_frame, agen.ag_code, agen.ag_frame
    try:
        1 / 0
    except ZeroDivisionError as e:
        e.__traceback__.tb_frame, e.__traceback__.tb_next
    types.FunctionType(code, {})
    compile('1', 'x', 'eval')
    sys.set_asyncgen_hooks(None, None)
    breakpoint()


sys.breakpointhook = lambda *args: None
on = True
run()
code.replace(co_name='new')
on = False
for event in seen:
    print(*[x for x in event if not isinstance(x, bytes) or len(x) < 3][:4])
coro.close()
