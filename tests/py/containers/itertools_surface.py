"""Every itertools type: results, arguments, pickled states, restored states."""
import copy
import operator
import pickle
import re
from itertools import *


def t(source):
    try:
        r = repr(eval(source))
    except Exception as e:
        r = f'{type(e).__name__} {e}'
    print(source, '->', re.sub(r'0x[0-9a-f]+', '0x', r))


for f in '''count(1,2,3)|count("a")|count(1,"a")|count(a=1)|count(3)|count(2.5,1)|count(1,-1)|count(step=2)|cycle()|cycle([],a=1)|cycle(1)
repeat()|repeat(1,"a")|repeat(1,2,3)|repeat(1,a=3)|repeat(1)|repeat(1,5)|repeat(1,-5)|repeat(object=3,times=2)|chain(a=1)|chain.from_iterable()
chain.from_iterable(1)|next(chain(1))|compress([])|compress([],1)|islice()|islice([])|islice([],"a")|islice([],1,"a")|islice([],1,2,0)
islice([],1,2,3,4)|islice([],-1)|islice([],a=1)|starmap(1)|starmap(1,2)|next(starmap(len,[1]))|tee()|tee([],-1)|tee([],"a")
takewhile(1)|dropwhile(1,2,3)|filterfalse(1)|groupby()|groupby([],1,2)|groupby([],a=1)|accumulate()|accumulate([],a=1)|product(repeat="a")
product(repeat=-1)|product(a=1)|product([1],2)|combinations([],-1)|combinations([])|combinations([],"a")|permutations([],"a")|permutations([],-1)
permutations()|zip_longest(a=1)|zip_longest([],fillvalue=1,b=2)|zip_longest([],2)|pairwise()|pairwise(1)|pairwise([],a=1)|takewhile(1,[],a=2)
combinations([],a=2)|combinations_with_replacement([],-1)|repeat(1).__length_hint__()|repeat(1,4).__length_hint__()|count().__reduce__()
count(2.5,1).__reduce__()|permutations([1,2]).__reduce__()|combinations([1],3).__reduce__()|product([1],[2]).__reduce__()
cycle([]).__setstate__(1)|cycle([]).__setstate__((1,))|cycle([]).__setstate__(([],"a"))|chain().__setstate__(1)|chain().__setstate__(())
chain().__setstate__((1,))|groupby([]).__setstate__(1)|groupby([]).__setstate__((1,))|product([1]).__setstate__((1,2))
permutations([1]).__setstate__(1)|permutations([1]).__setstate__((1,2))|combinations([1],1).__setstate__(1)|combinations([1],1).__setstate__((1,2))
islice([],1).__setstate__("a")|takewhile(1,[]).__setstate__("a")|list(product("ab",[1,2],repeat=2))|list(product())|list(product(repeat=0))
list(product("a",[]))|list(permutations("abc"))|list(permutations("abcd",2))|list(permutations("ab",3))|list(permutations("",0))
list(combinations("abcd",2))|list(combinations("ab",3))|list(combinations("",0))|list(combinations_with_replacement("abc",2))
list(combinations_with_replacement("",2))|list(combinations_with_replacement("",0))|list(accumulate([1,2,3]))|list(accumulate([]))
list(accumulate([1,2,3],operator.mul,initial=10))|list(accumulate([],initial=3))|list(accumulate("abc"))|list(zip_longest("abc","x",fillvalue="-"))
list(zip_longest())|list(pairwise("abcd"))|list(pairwise("a"))|[(k,list(g)) for k,g in groupby("aabbbca")]
[(k,list(g)) for k,g in groupby([1,1.0,True,2],key=float)]|list(islice(count(),3,20,4))|list(islice("abcdef",None))|list(islice("abcdef",2,None))
list(islice("abcdef",0,0))|list(chain("ab",[1],()))|list(chain.from_iterable(["ab","c"]))|list(compress("abcdef",[1,0,1,0,1]))
list(starmap(pow,[(2,3),[3,2]]))|list(takewhile(lambda x:x<3,[1,2,3,1]))|list(dropwhile(lambda x:x<3,[1,2,3,1]))|list(filterfalse(None,[0,1,"",2]))
list(islice(cycle("ab"),5))|list(cycle(""))|list(repeat(7,3))|[list(x) for x in tee("abc",3)]|tee([],0)'''.replace('\n', '|').split('|'):
    t(f)

# Each iterator is copied by pickle and by copy at every step, and must go on alike.
makers = [
    lambda: count(5), lambda: count(5, 3), lambda: count(1 << 70, 1 << 69), lambda: cycle([1, 2, 3]), lambda: repeat('x', 5),
    lambda: chain([1, 2], 'ab', [3]), lambda: compress('abcdef', [1, 0, 1, 1, 0, 1]), lambda: islice(range(20), 2, 15, 3),
    lambda: starmap(operator.add, [(1, 2), (3, 4), (5, 6)]), lambda: takewhile(operator.not_, [0, 0, 1, 0]),
    lambda: dropwhile(operator.not_, [0, 0, 1, 0, 3]), lambda: filterfalse(operator.not_, [0, 1, 0, 2, 3]),
    lambda: accumulate([1, 2, 3, 4]), lambda: accumulate([1, 2, 3], operator.sub, initial=100), lambda: accumulate([None, None], lambda_none),
    lambda: product('ab', range(3)), lambda: permutations(range(4), 3), lambda: combinations(range(5), 3),
    lambda: combinations_with_replacement('abc', 3), lambda: zip_longest('abc', [1], (4, 5), fillvalue=0), lambda: tee('abcde')[1],
    lambda: map(str, [1, 2, 3]), lambda: filter(None, [0, 1, 2]), lambda: zip('abc', [1, 2, 3]), lambda: enumerate('abc', 5),
    lambda: reversed([1, 2, 3]), lambda: iter((1, 2, 3)), lambda: iter({1: 2, 3: 4}), lambda: iter({1, 2, 3}), lambda: iter(range(5)),
    lambda: iter(range(1 << 70, (1 << 70) + 3)), lambda: iter({1: 2, 3: 4}.items()), lambda: reversed({1: 2, 3: 4}),
]


def lambda_none(a, b):
    return None


for make in makers:
    it = make()
    for step in range(7):
        try:
            clones = [pickle.loads(pickle.dumps(it, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
        except Exception as e:
            print(type(it).__name__, type(e).__name__, re.sub(r'0x[0-9a-f]+', '0x', str(e)))
            break
        clones.append(copy.copy(it)) if not isinstance(it, (map, filter, zip, enumerate)) and step == 0 else None
        results = {repr(list(islice(clone, 12))) for clone in clones[:1]}
        print(type(it).__name__, step, sorted(results))
        if next(it, 'end') == 'end':
            break

# Re-entering and ending.
def recursive():
    yield from a
a, b = tee(recursive())
try:
    next(a)
except Exception as e:
    print(type(e).__name__, e)
x = pairwise(iter([1]))
print(list(x), list(x))


class Sub(islice):
    def __init__(self, *args, extra=None):
        self.extra = extra


print(list(Sub('abc', 2, extra=5)), Sub('abc', 1, extra=5).extra)
