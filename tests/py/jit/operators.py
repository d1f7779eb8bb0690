# interpreter: -X jit=auto -X jit-threshold=50
# Methods of operators entered from machine code, and what they return.
class V:
    def __init__(self, x): self.x = x
    def __add__(self, o):
        if type(o) is not V: return NotImplemented
        return V(self.x + o.x)
    def __mul__(self, k): return V(self.x * (k if isinstance(k, int) else k.x))
    def __eq__(self, o): return self.x == o.x
    def __lt__(self, o): return self.x < o.x
    def __getitem__(self, i): return self.x + i
    def __iadd__(self, o): self.x += 1; return self
class W(V):
    def __radd__(self, o): return 'radd'
def f(a, b):
    c = a + b
    d = c * 3
    r = [c.x, d.x, (a * b).x, a == b, a < b, a[2], 'y' if a == b else 'n', 'lt' if a < b else 'ge']
    try:
        a + 5
    except TypeError as e:
        r.append(str(e))
    try:
        a[None]
    except TypeError as e:
        r.append(str(e))
    return r
for i in range(400): x = f(V(i), V(i // 2 * 2))
print(x)
print(V(1) + W(2))
def g(a, b): return a + b
for i in range(400): g(V(1), V(2))
print(g(V(1), W(3)))
V.__add__ = lambda self, o: 'new'
print(g(V(1), V(2)))
def h(a, b): 
    a += b
    return a.x
print([h(V(i), V(i)) for i in range(400)][-3:])
