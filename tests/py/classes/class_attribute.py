"""obj.__class__ at one place for many kinds of objects."""
class A: pass
class B: pass
a=A(); b=B()
def f(o): return o.__class__
for i in range(4): print(f(a), f(b), f(1), f('x'), f([]), f(A), f(None), f(type))
a.__class__=B
print(f(a))
class P:
    @property
    def __class__(self): return int
p=P()
for i in range(3): print(f(p), isinstance(p,int))
B.__class__
import unittest.mock
m=unittest.mock.Mock(spec=dict)
for i in range(3): print(f(m))
