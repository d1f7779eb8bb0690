# _asyncio: futures, awaiting, tasks, cancellation, registers, errors.
import asyncio
import _asyncio
import contextvars
import gc
import re

F, T = _asyncio.Future, _asyncio.Task


def attempt(f, *args, **kw):
    try:
        return f(*args, **kw)
    except BaseException as e:
        return type(e).__name__, str(e)


f = F.__new__(F)
for name in ("result", "exception", "done", "cancelled", "cancel", "get_loop", "__repr__", "__await__"):
    print(name, attempt(getattr(f, name)))
for name in ("_state", "_loop", "_callbacks", "_log_traceback", "_asyncio_future_blocking"):
    print(name, attempt(getattr, f, name))

loop = asyncio.new_event_loop()
f = F(loop=loop)
print(f, attempt(f.result), attempt(f.exception), attempt(f.set_exception, 3), attempt(f.set_exception, StopIteration))
print(attempt(setattr, f, "_log_traceback", 1), attempt(delattr, f, "_asyncio_future_blocking"), attempt(setattr, f, "_state", 1))
it = iter(f)
print(next(it) is f, attempt(next, it), attempt(it.throw, 3), attempt(it.throw, ValueError, ValueError(3)), attempt(next, it), it.close())
print(f.cancel(msg="why"), f.cancelled(), attempt(f.result), attempt(f.set_result, 1), attempt(F, 3), attempt(F, loop=3), f)
f = F(loop=loop)
calls = []
for i in range(3):
    f.add_done_callback(calls.append)
f.add_done_callback(lambda f: calls.append(f.result()))
print(len(f._callbacks), f.remove_done_callback(calls.append), len(f._callbacks))
f.set_result(5)
loop.run_until_complete(asyncio.sleep(0))
print(calls, f, attempt(f.set_result, 6), f.exception(), F[int])

for bad in (3, None, lambda: None):
    print(re.sub(" at 0x.*>", ">", str(attempt(T, bad, loop=loop))))
print(attempt(_asyncio._enter_task, loop, 1), attempt(_asyncio._enter_task, loop, 2), attempt(_asyncio._leave_task, loop, 2),
      attempt(_asyncio._leave_task, loop, 1), attempt(_asyncio._leave_task, loop, 1), attempt(_asyncio.get_running_loop))

var = contextvars.ContextVar("var", default=0)


async def step(n):
    var.set(n)
    await asyncio.sleep(0)
    if n == 3:
        raise KeyError(n)
    return n, var.get()


class Duck:
    _asyncio_future_blocking = False

    def __init__(self):
        self.future = asyncio.get_running_loop().create_future()

    def get_loop(self):
        return asyncio.get_running_loop()

    def add_done_callback(self, fn, *, context):
        self.future.add_done_callback(fn, context=context)

    def cancel(self, msg=None):
        return self.future.cancel(msg=msg)

    def result(self):
        return self.future.result()

    def __await__(self):
        if not self.future.done():
            self._asyncio_future_blocking = True
            yield self
        return self.future.result()


class BadYield:
    def __init__(self, what):
        self.what = what

    def __await__(self):
        return (yield self.what)


async def stubborn():
    while True:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as e:
            if e.args == ("really",):
                raise


async def main():
    print(await asyncio.gather(*[step(i) for i in range(5)], return_exceptions=True), var.get())
    t = asyncio.create_task(stubborn(), name="the task")
    await asyncio.sleep(0)
    print(t.get_name(), t.cancelling(), t.cancel(), t.cancelling(), t.uncancel())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(t.done(), t.cancel("really"), re.sub("running at .*? wait", "running wait", repr(t)))
    try:
        await t
    except asyncio.CancelledError as e:
        print(repr(e), t.cancelled(), t.get_stack())
    d = Duck()
    asyncio.get_running_loop().call_soon(d.future.set_result, "quack")
    print(await d)
    for bad in (1, "text", (x for x in ())):
        try:
            await BadYield(bad)
        except RuntimeError as e:
            print(re.sub("(Task-|0x).*?[> ]", "", str(e))[:40])

    async def itself():
        await own
    own = asyncio.create_task(itself())
    try:
        await own
    except RuntimeError as e:
        print(str(e)[:27])
    other = F(loop=loop)
    try:
        await other
    except RuntimeError as e:
        print(str(e)[-30:])
    print(attempt(own.set_result, 1), attempt(own.set_exception, 1), asyncio.current_task() in asyncio.all_tasks())
    async with asyncio.TaskGroup() as g:
        tasks = [g.create_task(step(i)) for i in range(3)]
    print([t.result() for t in tasks])
    try:
        async with asyncio.TaskGroup() as g:
            g.create_task(step(3))
            g.create_task(stubborn()).cancel("really")
    except* KeyError as e:
        print(e.exceptions)
    try:
        async with asyncio.timeout(0):
            await asyncio.sleep(5)
    except TimeoutError as e:
        print("timeout")
    return "done"

print(asyncio.run(main()))

messages = []
loop.set_exception_handler(lambda loop, context: messages.append((context["message"], sorted(context))))
f = F(loop=loop)
f.set_exception(ValueError("lost"))
del f
t = loop.create_task(stubborn())
loop.run_until_complete(asyncio.sleep(0))
del t
gc.collect()
f = F(loop=loop)
f.set_exception(ValueError("seen"))
f.exception()
del f
gc.collect()
print(messages)
loop.close()
