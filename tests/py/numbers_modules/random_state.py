# _random: the generator's exact numbers, seeds of every kind, state, errors.
import _random

r = _random.Random(42)
print([r.random() for _ in range(3)], r.getrandbits(5), r.getrandbits(32), r.getrandbits(100), r.getrandbits(0), r.getrandbits(1000))
state = r.getstate()
a = r.random()
r.setstate(state)
print(a == r.random(), len(state), state[-1])
for seed in (0, -5, 2**100, 2**3000, 1.5, True, (1, 2)):
    r.seed(seed)
    print(str(seed)[:20], r.random(), r.getrandbits(40))
r.seed(7)
for _ in range(700):
    last = r.random()
print(last)


def show(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


for args in ((-1,), ('a',), (), (1, 2)):
    show(r.getrandbits, *args)
for args in ((1,), ((1,),), (('a',) * 625,), ((-1,) * 625,), ((1,) * 624 + (700,),)):
    show(r.setstate, *args)
show(r.seed, [])
show(r.seed, 1, 2)
show(_random.Random, 1, 2)
show(_random.Random, x=1)


class Sub(_random.Random):
    def __init__(self, *args, **kwargs):
        self.kwargs = kwargs


print(Sub(5).random(), Sub(5, a=1).kwargs)
