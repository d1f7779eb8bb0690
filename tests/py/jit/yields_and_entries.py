# interpreter: -X jit=auto -X jit-threshold=2
# What machine code knows across a yield, and functions that C++ calls: how they return.
def g(n):
    for i in range(n):
        x = yield chr(97+i%26), len(str(i))
        if x: print('got', x)
def drive():
    it = g(6)
    out=[next(it)]
    out.append(it.send('a'))
    for k in it: out.append(k)
    return out
for _ in range(6): print(drive())
def h():
    try:
        while True:
            try:
                y = yield max(1,2)
            except ValueError as e:
                y = yield ('caught', str(e), min(3,4))
    finally:
        print('closed', abs(-3))
for _ in range(6):
    a=h(); print(next(a), a.throw(ValueError('x')), next(a)); a.close()
def key(x): return -x
for _ in range(6): print(sorted([3,1,2], key=key), list(map(key, (1,2))), list(filter(lambda v: v>1, [1,2,3])))
class C:
    def __init__(self, v): self.v=v
    def __lt__(self, o): return self.v < o.v
    def __eq__(self, o): return self.v == o.v
    def __len__(self): return self.v
    def __bool__(self): return self.v > 1
    def __hash__(self): return hash(self.v)
    def __iter__(self): return iter((self.v,))
    def __repr__(self): return 'C%d' % self.v
for _ in range(6):
    print(sorted([C(3),C(1)]), len(C(4)), bool(C(1)), [C(2)]==[C(2)], {C(1):2}[C(1)], list(C(5)), max([C(1),C(7)]))
def deep(n):
    return sum(map(lambda k: deep(n-1) if n else k, (1,)))
for _ in range(4): print(deep(20))
def rec(n): return rec(n+1)
def catch():
    try: list(map(rec,[0]))
    except RecursionError as e: return str(e)
for _ in range(4): print(catch())
