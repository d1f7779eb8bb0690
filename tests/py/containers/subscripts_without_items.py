# What [] of takes keys alone is no sequence: neither iterated nor reversed by it.
import contextvars, decimal, re, types

class Holder(dict):
    def __getitem__(self, key): return 1
class Old:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i
class OldWithLength(Old):
    def __len__(self): return 3
context = decimal.Context()
things = (int | list[str], re.match('a(b)?', 'ab'), types.MappingProxyType({1: 2}), contextvars.copy_context(), context.flags,
          Holder(), Old(), OldWithLength(), list[int])
for thing in things:
    for use in (iter, reversed, tuple):
        try:
            result = use(thing)
            print(type(thing).__name__, use.__name__, type(result).__name__ if use is not tuple else len(result))
        except TypeError as e:
            print(type(thing).__name__, use.__name__, e)
