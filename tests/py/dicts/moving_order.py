# Orders of use and insertion that change all the time, comparisons of dicts, and dicts made of attributes.
import functools
import types
from collections import OrderedDict

calls = []


@functools.lru_cache(maxsize=7)
def cached(a, b=0):
    calls.append((a, b))
    return a * 10 + b


state = 12345
for i in range(3000):
    state = (state * 1103515245 + 12345) % 2**31
    key = state >> 16
    if key % 3 == 0:
        cached(key % 11)
    elif key % 3 == 1:
        cached(key % 11, key % 2)
    else:
        cached(a=key % 5)
print(cached.cache_info(), len(calls), sum(a * 3 + b for a, b in calls), calls[-5:])

# The model of an order of use, and an OrderedDict, go through the same steps.
model, ordered = [], OrderedDict()
for i in range(2000):
    state = (state * 1103515245 + 12345) % 2**31
    key, what = (state >> 16) % 40, (state >> 8) % 6
    key = (key, str(key)) if key % 3 else str(key)
    if what < 3:
        if key in model:
            model.remove(key)
            model.append(key)
            ordered.move_to_end(key)
        else:
            model.append(key)
            ordered[key] = i
    elif what == 3 and key in model:
        model.remove(key)
        model.insert(0, key)
        ordered.move_to_end(key, last=False)
    elif what == 4 and key in model:
        model.remove(key)
        del ordered[key]
    elif what == 5 and len(model) > 20:
        assert ordered.popitem(last=False)[0] == model.pop(0)
    if list(ordered) != model:
        print("differs", i)
        break
    if list(reversed(ordered)) != model[::-1]:
        print("differs backwards", i)
        break
print(len(model), model[:3], [k in ordered for k in model[:3]])


class Odd:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 3

    def __eq__(self, other):
        return isinstance(other, Odd) and self.n == other.n


a = {Odd(i): i for i in range(10)}
b = {Odd(i): i for i in reversed(range(10))}
print(a == b, a != b, {1: 2, 2: 3} == {2: 3, 1: 2.0}, {1: 2} == {1.0: 2}, {1: 2} == {2: 2}, {(1, 2): "x"} == {(1, 2.0): "x"})
print({1: float("nan")} == {1: float("nan")}, {"a": [1, {"b": 2}]} == {"a": [1, {"b": 2}]}, {True: "x"} == {1: "x"}, {1: "x", "1": 1} == {1: "x", "1": 2})
b[Odd(3)] = "changed"
print(a == b)
nan = float("nan")
print({1: nan} == {1: nan}, {nan: 1} == {nan: 1})


class Many:
    def __init__(self, n):
        for i in range(n):
            setattr(self, f"attr{i}", i)


for n in (0, 1, 4, 5, 9, 30):
    m = Many(n)
    if n > 4:
        del m.attr2
        m.attr1 = "new"
    d = vars(m)
    print(n, len(d), list(d.items())[:4])
    m.late = 1
    d["later"] = 2
    print(m.late, m.later, list(d)[-2:], "attr2" in d, m.__dict__ is d)


def function():
    pass


function.x = 1
function.__dict__["y"] = 2
print(function.__dict__, function.y)

module = types.ModuleType("made")
print(hasattr(module, "missing"), getattr(module, "missing", "none"))
module.__getattr__ = lambda name: f"<{name}>" if name != "no" else [][0]
print(hasattr(module, "missing"), getattr(module, "missing", "none"), module.other)
try:
    hasattr(module, "no")
except IndexError as e:
    print(e)


def refuse(name):
    raise AttributeError(name)


module.__getattr__ = refuse
print(hasattr(module, "missing"), getattr(module, "missing", "none"))

# Keys that are tuples in tuples, with all kinds of things in them.
deep = 0
for i in range(9):
    deep = (deep, i)
deep2 = 0
for i in range(9):
    deep2 = (deep2, i)
inf = float("inf")
d = {}
for key in (
    (1, (2, 3)), (1, (2, (3,))), (1.0, (2, 3)), (True, (2.0, 3)), (0.0, ("a", None)), (-0.0, ("a", None)), (nan, (nan,)), (nan, (nan,)),
    (float("nan"),), (Odd(1), (Odd(2),)), (Odd(1), (Odd(2),)), (Odd(4), (Odd(5),)), (Odd(1), (Odd(5),)), deep, deep2, (deep,), (deep2,),
    ((1, 2), "x", (3, (4, "y"))), ((1, 2), "x", (3, (4, "z"))), ((1, 2), b"x"), ((1, 2), b"x"), (2**70, (2**70,)), (2**70, (2**70,)),
    (inf, (1e300 * 1e10,)), 1.5, 3 / 2, 2.0, 2, 1e18, 10**18, None, False, 0, 0.0, -0.0, nan, (None, (False, ())), (None, (0, ())),
):
    d[key] = d.get(key, 0) + 1
print(len(d), list(d.values()))


class Pair(tuple):
    def __eq__(self, other):
        print("compared")
        return False

    __hash__ = tuple.__hash__


d = {(1, Pair((2, 3))): "p"}
print((1, Pair((2, 3))) in d, (1, (2, 3)) in d, {(1, (2, 3)): 1} == d)


class Eraser:
    def __init__(self, d):
        self.d = d

    def __hash__(self):
        return 7

    def __eq__(self, other):
        self.d.clear()
        return True


victim = {}
victim[(1, (Eraser(victim), 2))] = "first"
print(victim.get((1, (Eraser({}), 2)), "gone"), len(victim))
