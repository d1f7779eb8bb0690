"""Deep structures that native code walks: an answer or RecursionError, however little stack there is. (CPython itself overflows its
stack in most of these, so it only prints what is expected.)"""
import functools
import itertools
import sys
import threading
import types
import typing

here = sys.implementation.name == 'taipan'


def nest(f, x, n=40_000):
    for _ in range(n):
        x = f(x)
    return x


CASES = {
    'map': lambda: next(nest(lambda x: map(str, x), iter([1]))),
    'zip': lambda: next(nest(zip, iter([1]))),
    'enumerate': lambda: next(nest(enumerate, iter([1]))),
    'accumulate': lambda: next(nest(itertools.accumulate, iter([1]))),
    'pairwise': lambda: next(nest(itertools.pairwise, iter([1] * 9))),
    'groupby': lambda: next(nest(itertools.groupby, iter([1]))),
    'chain': lambda: next(nest(itertools.chain, iter([1]))),
    'iter': lambda: next(nest(lambda x: iter(x.__next__, 7), iter([1]))),
    'method': lambda: nest(lambda x: types.MethodType(x, 1), lambda *a: 1, 3_000)(),
    'lru_cache': lambda: nest(functools.lru_cache, lambda: 1)(),
    'hash of tuples': lambda: hash(nest(lambda x: (x,), 1)),
    'hash of aliases': lambda: hash(nest(lambda x: list[x], 1)),
    'parameters': lambda: nest(lambda x: list[x], int).__parameters__,
    'substitution': lambda: nest(lambda x: list[x], typing.TypeVar('T'), 3_000)[int],
    'attributes': lambda: eval('a' + '.a' * 60_000),
    'calls': lambda: eval('a' + '()' * 60_000),
    'signs': lambda: eval('-' * 60_000 + '1'),
    'brackets': lambda: eval('(' * 60_000 + '1' + ')' * 60_000),
}


def run():
    for name, f in CASES.items():
        if here:
            try:
                f()
            except (RecursionError, MemoryError, SyntaxError, StopIteration, NameError):
                pass
        print(name)


sys.setrecursionlimit(10_000_000)
run()
threading.stack_size(64 << 10)
thread = threading.Thread(target=run)
thread.start()
thread.join()
