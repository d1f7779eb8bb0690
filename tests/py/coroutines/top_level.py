"""Modules compiled for await at their top: flags, what runs them, where their names go."""
import ast
import types
import warnings

flag = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
for source in 'await x', 'async for i in a: b = 1', 'async with a: pass', '[x async for x in y]', 'x = 1', 'def f(): pass':
    print(source, '|', compile(source, 's', 'exec', flag).co_flags & 128)
    try:
        compile(source, 's', 'exec')
    except SyntaxError as e:
        print('   ', e.msg)


async def give(v):
    return v


def drive(co):
    try:
        co.send(None)
    except StopIteration as e:
        return e.value


code = compile('import sys\nfirst = await give(7)\ndef f(): return first', 's', 'exec', flag)
space = {'give': give}
print(drive(eval(code, space)), space['first'], space['f']())
space = {'give': give}
print(drive(types.FunctionType(code, space)()), space['first'], 'sys' in space)
module = compile('y = 5', 's', 'exec')
print(types.FunctionType(module, space)(), space['y'])


async def never():
    pass


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    co = never()
    co.cr_frame.clear()
    co.close()
print([str(w.message) for w in caught])
co = never()
drive(co)
for f in lambda: co.send(None), lambda: co.throw(ValueError('v')):
    try:
        f()
    except RuntimeError as e:
        print(e)


class Bad:
    def __await__(self):
        return 1


async def bad():
    return await Bad()


try:
    drive(bad())
except TypeError as e:
    print(e)
