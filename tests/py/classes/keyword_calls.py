"""Calls with * and **: binding, errors, the caller's dict stays its own."""
def f(*a,**k): return a,k
def g(a,b=2): return a,b
class M:
    def keys(self): return ['x','y']
    def __getitem__(self,k): return k*2
class C:
    def m(self,*a,**k): return len(a),sorted(k)
for e in ["f(**{1:2})","f(**None)","f(**5)","f(**M())","g(**M())","f(*1)","f(**[])","C().m(*(1,2),**{'q':1})","g(**{'a':1,'c':3})","g(1,**{'a':1})","dict(**{'a':1})","print(**{'a':1})","f(**{'a':1},**{'a':2})","len(**{})","g(**{})","f(*[1],**dict(z=1))", "C(**{'z':1})","f(**{'a':1, 2:3})","'{a}'.format(**{'a':5})", "max(*[1,2],**{'key':lambda x:-x})"]:
    try: print(e, eval(e))
    except Exception as x: print(e, type(x).__name__, x)
d={'a':1}
def h(**k): k['b']=2; d['c']=3; return k
print(h(**d), d)
