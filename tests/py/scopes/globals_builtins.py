"""global statements, globals(), builtins: replaced, deleted, custom."""
import builtins
import sys

n = 1


def change():
    global n, fresh
    n += 1
    fresh = 'made'
    return n


print(change(), n, fresh, globals()['fresh'])
globals()['dynamic'] = 'via dict'
print(dynamic)
del globals()['dynamic']
try:
    dynamic
except NameError as e:
    print(e)


def use_len(x):
    return len(x)


print(use_len('abc'))
builtins.len, saved = (lambda x: 'patched'), len
print(use_len('abc'))
builtins.len = saved
print(use_len('abc'))
len = lambda x: 'shadowed'
print(use_len('abc'))
del len
print(use_len('abc'))
builtins.new_builtin = 42
print(new_builtin)
del builtins.new_builtin
try:
    new_builtin
except NameError as e:
    print(e)
env = {'__builtins__': {'print': print, 'len': lambda x: 99}}
exec('print(len("x"))\ntry:\n    abs(1)\nexcept NameErr: pass' if False else 'print(len("x"))', env)
try:
    exec('abs(1)', env)
except NameError as e:
    print(e)
try:
    exec('import os', {'__builtins__': {}})
except ImportError as e:
    print(e)
try:
    exec('class C: pass', {'__builtins__': {}})
except NameError as e:
    print(e)
scope = {}
exec('x = 1\ndef f():\n    return x\n', scope)
scope['x'] = 2
print(scope['f'](), scope['f'].__globals__ is scope, '__builtins__' in scope)


def local_exec():
    a = 1
    exec('a = 2; b = 3')
    return a, sorted(locals())


print(local_exec())


def nested_global():
    global n
    n = 'outer'

    def inner():
        n = 'inner local'
        return n
    return inner(), n


print(nested_global(), n)
ns = {'__name__': 'elsewhere'}
exec('class K: pass\ndef g(): pass', ns)
print(ns['K'].__module__, ns['g'].__module__, use_len.__module__, use_len.__builtins__ is builtins.__dict__)
f2 = type(use_len)(use_len.__code__, {'len': lambda x: 'other globals'})
print(f2('x'))
sys.modules['builtins'].print('done')
print(vars() is globals(), locals() is globals(), '__file__' in globals(), __name__, __doc__[:6])
del n
change()
