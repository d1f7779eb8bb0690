"""A walk through library modules that everything else builds on."""
import collections
import functools
import io
import itertools
import json
import re
import textwrap

print(collections.Counter('mississippi').most_common(2), collections.OrderedDict(a=1))
Point = collections.namedtuple('Point', 'x y')
print(Point(1, 2), Point(1, 2)._replace(y=5), functools.reduce(lambda a, b: a + b, range(5)))
print(list(itertools.islice(itertools.count(3, 2), 4)), list(itertools.permutations('abc', 2))[:3])
print(re.findall(r'(\w+)@(\w+)', 'me@home you@work'), re.sub(r'\d+', lambda m: str(int(m[0]) * 2), 'a1b22'))
print(json.dumps({'a': [1, 2.5, None, True, 'é']}), json.loads('{"k": [1, {"n": null}]}'))
buffer = io.StringIO()
print('text', 1, sep='|', file=buffer)
print(repr(buffer.getvalue()))
print(textwrap.fill('the quick brown fox jumps over the lazy dog', 20))


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), fib.cache_info())
print(functools.partial(int, base=2)('1010'), sorted('bAc', key=str.lower))
