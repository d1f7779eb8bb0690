"""Truth of instances in machine code: plain ones, with __bool__ and __len__, changed later, and of built-in types."""
class A: pass
class B:
    def __bool__(self): return False
class C:
    def __len__(self): return self.n
class D(dict): pass
class E(B): pass
def t(x):
    if x: return 1
    return 0
def w(x):
    n = 0
    while x and n < 3: n += 1
    return n
c = C()
for i in range(3000):
    c.n = i & 1
    r = [t(o) for o in (A(), B(), c, D(), D(a=1), E(), set(), {1}, 1 << 80, -1 << 80, b'', b'x', range(0), (i for i in ()), A, None, 1.5, 0.0, '', frozenset())], w(A()), w(B())
print(r)
A.__bool__ = lambda self: False
print(t(A()), w(A()))
del A.__bool__
A.__len__ = lambda self: -1
try: t(A())
except ValueError as e: print(e)
