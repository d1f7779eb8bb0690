"""deque, defaultdict, OrderedDict and the helpers of _collections: arguments, errors, copies, pickles, changes while iterating."""
import copy
import pickle
import random
import re
import _collections as C
from collections import deque, OrderedDict, defaultdict, Counter, namedtuple


def t(source):
    try:
        r = repr(eval(source))
    except Exception as e:
        r = f'{type(e).__name__} {e}'
    print(source, '->', re.sub(r'0x[0-9a-f]+', '0x', r))


class D(deque):
    pass


class OD(OrderedDict):
    pass


class DD(defaultdict):
    pass


d = deque([1, 2])
for f in '''deque(1,2,3)|deque(1)|deque([],"a")|deque([],-1)|deque([],maxlen=2.0)|deque(foo=1)|deque([],maxlen=None)|d.append()|d.pop(1)|deque().pop()
deque().popleft()|d[5]|d["a"]|d[1:2]|d.__setitem__(9,1)|d.__delitem__(9)|d.index(9)|d.remove(9)|deque([1],1).insert(0,2)
d.rotate("a")|d+[1]|d+d|d*"a"|d*2|deque([1,2],1)*3|d<[1]|d.__reduce__()|D([1],3).__reduce__()|repr(D([1],3))|deque([1],2)|iter(d).__reduce__()
reversed(d).__reduce__()|C._deque_iterator()|C._deque_iterator(1)|next(C._deque_iterator(d,9))|C._deque_iterator(d,-1).__reduce__()|hash(d)|d.maxlen
d.__class_getitem__(int)|d.extend(1)|d.count(1)|d.index(1,"a")|d.copy()|D([1]).copy()|D([1]).__copy__()|D([1])+D()|D([1])*2|d==d|d<deque([1,3])
deque([1])*-1|deque([1],maxlen=0)*3|deque("abc",2)|deque("abc",0)|deque(d)|list(reversed(deque("abc")))
defaultdict(1)|defaultdict(None,1)|defaultdict(list,a=1)|defaultdict(list,{1:2})["x"]|defaultdict()[1]|DD(list)|defaultdict(list).__reduce__()
defaultdict(list).__or__({1:2})|defaultdict(list).__ror__({1:2})|defaultdict(list).copy()|DD(list).copy()|DD(list).__missing__(3)|defaultdict.default_factory|defaultdict(None)
OrderedDict(1)|OrderedDict([1])|OrderedDict([],2)|OrderedDict(a=1)|OrderedDict([(1,2)])|OD([(1,2)])|OrderedDict().popitem()|OrderedDict(a=1).pop("b")
OrderedDict(a=1).move_to_end("b")|OrderedDict(a=1).popitem(last=False)|OrderedDict(a=1,b=2)==OrderedDict(b=2,a=1)|OrderedDict(a=1,b=2)=={"b":2,"a":1}
OrderedDict(a=1).__or__({1:2})|OrderedDict(a=1).__ror__({1:2})|OrderedDict(a=1).__reduce__()|OD(a=1).__reduce__()|OrderedDict.fromkeys([1,2],3)
OrderedDict(a=1).keys()|OrderedDict(a=1).values()|OrderedDict(a=1).items()|iter(OrderedDict(a=1))|iter(OrderedDict(a=1)).__reduce__()
reversed(OrderedDict(a=1))|reversed(OrderedDict(a=1)).__reduce__()|iter(OrderedDict(a=1).items()).__reduce__()|OrderedDict(a=1).copy()|OD(a=1).copy()
OrderedDict().update(1,2)|OrderedDict().update([1])|OrderedDict(a=1).pop()|OrderedDict(a=1).setdefault("x",default=3)|OrderedDict(a=1).pop("x",default=3)
type(OrderedDict(a=1).keys()).__mro__|len(iter(OrderedDict(a=1)))|OrderedDict(a=1).keys().mapping|OrderedDict(a=1)<{}|OrderedDict([()])|OrderedDict([(1,)])
OrderedDict([(1,2,3)])|OrderedDict(((1,2),),a=3)|OrderedDict(a=1).keys() & {"a"}|list(reversed(OrderedDict(a=1,b=2).items()))
C._tuplegetter(0,"doc")|C._tuplegetter(0)|C._tuplegetter("a",1)|C._tuplegetter(0,"doc").__reduce__()|C._tuplegetter(0,"doc").__get__((1,))
C._tuplegetter(3,"doc").__get__((1,))|C._tuplegetter(0,"doc").__get__(None,tuple)|C._tuplegetter(0,"doc").__get__([1])|C._tuplegetter(0,"doc").__set__((1,),2)
C._tuplegetter(0,"doc").__delete__((1,))|C._count_elements(1,[])|C._count_elements({},1)|C._tuplegetter(0,"doc").__doc__|Counter("abracadabra").most_common()
Counter(a=2)+Counter(a=1,b=1)|namedtuple("P","x y")(1,2)|namedtuple("P","x y")(1,2).x'''.replace('\n', '|').split('|'):
    t(f)

for change in ('del od["a"]', 'od.clear()', 'od["q"]=1; del od["b"]', 'od.move_to_end("a")', 'od["b"]=5'):
    od = OrderedDict(a=1, b=2, c=3)
    try:
        for k in od:
            exec(change)
        print('ok', change, od)
    except Exception as e:
        print(change, type(e).__name__, e)

for change in ('d.append(1)', 'd.pop()', 'd[0] = 5', 'd.rotate()', 'd.clear()', 'd.reverse()'):
    d = deque([1, 2, 3])
    try:
        for x in d:
            exec(change)
            if len(d) > 5:
                break
        print('ok', change, d)
    except Exception as e:
        print(change, type(e).__name__, e)


class Emptier:
    def __init__(self, of):
        self.of = of

    def __eq__(self, other):
        self.of.clear()
        return False


for op in ('d.remove(3)', 'd.index(3)', 'd.count(3)', '3 in d', 'd == deque([1, 5, 2])'):
    d = deque()
    d.extend([1, Emptier(d), 2])
    t(op)

for o in (deque([1, 2], 5), D('ab'), defaultdict(int, a=1), OrderedDict(b=1, a=2), OD(x=1)):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(o, protocol))
        assert again == o and type(again) is type(o), (o, protocol)
    print(type(o).__name__, copy.copy(o), copy.deepcopy(o), o == copy.copy(o))
d = deque([1])
d.append(d)
print(d)
od = OrderedDict(a=1)
od['s'] = od
print(od)

# A random walk over a deque, against a list.
r = random.Random(7)
d, model = deque(maxlen=40), []
for step in range(4000):
    op = r.randrange(9)
    if op == 0:
        d.append(step); model.append(step); model = model[-40:]
    elif op == 1:
        d.appendleft(step); model.insert(0, step); model = model[:40]
    elif op == 2 and model:
        assert d.pop() == model.pop()
    elif op == 3 and model:
        assert d.popleft() == model.pop(0)
    elif op == 4:
        n = r.randrange(-50, 50)
        d.rotate(n)
        if model:
            n %= len(model)
            model = model[-n:] + model[:-n]
    elif op == 5 and model:
        i = r.randrange(-len(model), len(model))
        del d[i]; del model[i]
    elif op == 6 and len(model) < 40:
        i = r.randrange(-50, 50)
        d.insert(i, step); model.insert(i, step)
    elif op == 7:
        d.reverse(); model.reverse()
    elif op == 8 and model:
        i = r.randrange(len(model))
        assert d[i] == model[i]
    assert list(d) == model, step
print('deque walk', len(d))

# A random walk over an OrderedDict, against a list of pairs.
od, order = OrderedDict(), []
for step in range(6000):
    op, key = r.randrange(8), r.randrange(60)
    if op <= 2:
        if key not in od:
            order.append(key)
        od[key] = step
    elif op == 3 and key in od:
        del od[key]; order.remove(key)
    elif op == 4 and key in od:
        od.move_to_end(key); order.remove(key); order.append(key)
    elif op == 5 and key in od:
        od.move_to_end(key, last=False); order.remove(key); order.insert(0, key)
    elif op == 6 and od and r.random() < .3:
        assert od.popitem()[0] == order.pop()
    elif op == 7 and od and r.random() < .3:
        assert od.popitem(last=False)[0] == order.pop(0)
    assert list(od) == order and len(od) == len(order), step
    if step % 50 == 0:
        assert list(reversed(od)) == order[::-1]
        assert list(od.copy()) == order and list(dict(od)) == order
print('ordered walk', len(od))
