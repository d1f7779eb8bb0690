"""_functools, _operator, _heapq and _bisect: results, arguments, error texts, pickles."""
import bisect
import copy
import functools as F
import heapq as H
import operator as o
import pickle
import random
import re
import _operator


def t(source):
    try:
        r = repr(eval(source))
    except Exception as e:
        r = f'{type(e).__name__} {e}'
    print(source, '->', re.sub(r'0x[0-9a-f]+', '0x', r))


for f in '''o.add(1)|o.not_()|o.itemgetter()|o.itemgetter(1)(2)|o.itemgetter(1,k=2)|o.itemgetter(1)()|o.itemgetter(1)(2,3)|o.itemgetter(1)(a=3)
o.attrgetter()|o.attrgetter(1)|o.attrgetter("a")()|o.attrgetter("a")(1,2)|o.attrgetter("a",k=1)|o.methodcaller()|o.methodcaller(1)
o.methodcaller("a")()|o.methodcaller("a")(1,2)|o.methodcaller("a",1,b=2)|o.attrgetter("a","b.c")|o.itemgetter(1,"a")|o.itemgetter(1)
o.attrgetter("a.b").__reduce__()|o.itemgetter(1,2).__reduce__()|o.methodcaller("a",1).__reduce__()|o.methodcaller("a",1,b=2).__reduce__()
o.length_hint(1,"a")|o.length_hint([],2)|o.length_hint(1)|o.countOf([1,1],1)|o.countOf(1,2)|o.indexOf([],1)|o.indexOf(1,2)|o.concat(1,2)
o.concat([],1)|o.iconcat(1,[])|o.concat("a","b")|_operator._compare_digest("a","\\xe9")|_operator._compare_digest("a",b"a")
_operator._compare_digest(1,2)|_operator._compare_digest("abc","abc")|_operator._compare_digest(b"abc",bytearray(b"abd"))|o.call(len,[1])|o.setitem([],1)
o.index(1.0)|o.pow(2)|o.inv(1.0)|o.contains(1,2)|o.truth([])|o.is_(None,None)|o.itemgetter(slice(1,3))("abcd")|o.attrgetter("__class__.__name__")(3)
o.methodcaller("split","b",maxsplit=1)("abcbd")|o.itemgetter(-1)((1,2))|o.itemgetter(0,1)([1,2])
F.reduce(1)|F.reduce(len,[])|F.reduce(len,1)|F.reduce(o.add,[1,2,3])|F.reduce(o.add,[],5)|F.partial()|F.partial(1)|F.partial(len,1,a=2)
F.partial(len).__reduce__()|F.partial(len).__setstate__(1)|F.partial(len).__setstate__((1,2,3,4))|F.cmp_to_key()|F.cmp_to_key(len)()
F.cmp_to_key(len)(1)<3|hash(F.cmp_to_key(len)(1))|F.cmp_to_key(len)(obj=1).obj|type(F.cmp_to_key(len))|F.partial(F.partial(int,base=2),"101")()
F.partial(int,base=2)("11",base=8)|F.partial(dict,a=1)(b=2)|F.partial(dict,a=1)(a=2)|sorted([3,1,2],key=F.cmp_to_key(lambda a,b:b-a))
H.heappop([])|H.heappush(1,2)|H.heapify(1)|H.heapreplace([],1)|H.heappushpop([],1)|bisect.bisect_left([1],1,-1)|bisect.bisect_left(1,1)
bisect.bisect_left([1],1,0,"a")|bisect.bisect_left([1,2,3],x=2,key=lambda q:q)|bisect.bisect([1,1,2],1)|bisect.bisect("abc","b")
F._lru_cache_wrapper(len)|F._lru_cache_wrapper(1,None,0,None)|F._lru_cache_wrapper(len,"a",0,None)'''.replace('\n', '|').split('|'):
    t(f)

for getter in (o.itemgetter(1), o.itemgetter(1, 'x'), o.attrgetter('a.b', 'c'), o.methodcaller('f', 1, k=2), F.partial(int, base=3)):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert repr(pickle.loads(pickle.dumps(getter, protocol))) == repr(getter)
    print(copy.copy(getter), copy.deepcopy(getter))
p = F.partial(int)
p.extra = [1]
print(pickle.loads(pickle.dumps(p)).extra, p.__reduce__()[2][3], F.partial(p).extra if hasattr(F.partial(p), 'extra') else None)
p.__setstate__((p, (), {}, {}))
try:
    print(re.sub(r'0x\w+', '', repr(p)))
finally:
    p.__setstate__((int, (), {}, {}))


@F.lru_cache(maxsize=3)
def square(x, k=0):
    print('called', x, k)
    return x * x


for x in (1, 2, 3, 1, 4, 2, 1, 3, 1.0, True):
    print(square(x), square.cache_info())
print(square(1, k=2), square(x=2), square(k=1, x=2), square(2, 1), square.cache_info(), square.cache_parameters())
square.cache_clear()
print(square.cache_info())


@F.lru_cache(maxsize=None, typed=True)
def typed(x):
    return type(x).__name__


print(typed(1), typed(1.0), typed(True), typed(1), typed.cache_info())


@F.lru_cache(None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(150), fib.cache_info(), fib.__wrapped__.__name__)


class K:
    @F.lru_cache()
    def method(self, x):
        return x + 1

    @F.cached_property
    def prop(self):
        print('computed')
        return 5


k = K()
print(k.method(1), k.method(1), K.method.cache_info().hits, k.prop, k.prop)
try:
    square([])
except TypeError as e:
    print(e)

r = random.Random(3)
for kind in (int, float, str, lambda x: (x % 7, x), lambda x: [x]):
    data = [kind(r.randrange(1000)) for _ in range(500)]
    heap = []
    for x in data:
        H.heappush(heap, x)
    assert [H.heappop(heap) for _ in range(len(heap))] == sorted(data)
    heap = data[:]
    H.heapify(heap)
    assert all(heap[(i - 1) // 2] <= heap[i] for i in range(1, len(heap)))
    assert H.nsmallest(5, data) == sorted(data)[:5] and H.nlargest(5, data) == sorted(data)[-5:][::-1]
    ordered = []
    for x in data:
        bisect.insort(ordered, x)
    assert ordered == sorted(data)
print(list(H.merge([1, 4], [2, 3], [0])))


class Shrinker:
    def __init__(self, heap):
        self.heap = heap

    def __lt__(self, other):
        self.heap.clear()
        return True


heap = []
heap.extend(Shrinker(heap) for _ in range(10))
for op in (H.heappop, H.heapify, lambda h: H.heappush(h, Shrinker(h)), lambda h: H.heapreplace(h, Shrinker(h))):
    heap[:] = [Shrinker(heap) for _ in range(10)]
    try:
        op(heap)
        print('ok')
    except Exception as e:
        print(type(e).__name__, e)
