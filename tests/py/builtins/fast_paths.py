# Sizes and kinds around the fast paths of containers, sums, searches and numbers.
import random
random.seed(5)
for n in (0,1,2,3,4,5,7,8,9,31,64,65,100,1000):
    l=list(range(n)); assert l[:]==l and list(l)==l and l.copy()==l and l+l==list(range(n))*2
    s=[str(i) for i in l]; assert s[::-1][::-1]==s; t=s[:]; t.reverse(); assert t==s[::-1]
    m=[i if i%3 else str(i) for i in l]; assert m[:]==m and list(tuple(m))==m
    d=dict.fromkeys(l); assert list(d)==l and list(d.items())==[(i,None) for i in l] and list(d.values())==[None]*n
    e={k:str(k) for k in l}; assert dict(e)==e=={**e}; assert len(set(l)|set(s))==2*n
    x=set(l); y=set(l[n//2:]); assert x-y==set(l[:n//2]) and x&y==y and x|y==x and x^y==x-y
    a,*b=(l or [1]); assert [a]+b==(l or [1])
    q=[]; 
    for i in l: q.append(i)
    while q: q.pop()
    q=l[:]; del q[1:3]; q[1:1]=[7,8,9]; q[::2]=q[::2]; q*=2
assert list('h\xe9llo')==['h','\xe9','l','l','o'] and list('abc')==['a','b','c']
assert list(range(10**20,10**20+3))[2]==10**20+2 and list(range(2**62-2,2**62+1))[-1]==2**62
assert list(range(5,-5,-2))==[5,3,1,-1,-3] and list(range(0))==[]
assert sum([1,2.5,True])==4.5 and sum([2**62,2**62])==2**63 and sum([[1],[2]],[])==[1,2] and sum(range(1000))==499500
assert sum([0.1]*10)==__import__('functools').reduce(lambda a,b:a+b,[0.1]*10,0)
assert min([3,1.5,2])==1.5 and max('abc')=='c' and max([],default=3)==3 and min(5,3.0)==3.0 and max(range(5),key=lambda x:-x)==0
assert all([]) and not any([]) and any([0,None,'a']) and not all([1,0])
d={(1,2):3,(1.0,'a'):4}; assert d[(1,2)]==3 and d[(1,'a')]==4 and (1,3) not in d
class E:
    def __eq__(s,o): return True
    def __hash__(s): return hash((1,9))
assert E() not in {(1,2):1} and {(1,9):5}[E()]==5
assert {1,2,'a'}=={'a',2,1} and {'x':1,'y':2.0}=={'y':2,'x':1} and {'x':1}!={'x':2}
pass
for h in ('abcabcab','aaaaab','The The Thy', 'x'*50+'yx'*40):
    for p in ('ab','aa','The','yx','xy','zz','bc','xx','xyx'):
        k=-1
        for i in range(len(h)):
            if h.startswith(p,i): k=i
        assert h.rfind(p)==k,(h,p); assert h.encode().rfind(p.encode())==k
assert round(2.5)==2 and round(-0.5)==0 and round(1e30)==int(1e30) and round(7)==7 and round(3.7)==4
assert divmod(-7,2)==(-4,1) and divmod(7,-2)==(-4,-1) and divmod(-2**61,3)==divmod(-2**61,3)
assert divmod(-(2**62),-1)==(2**62,0)
assert hex(-255)=='-0xff' and bin(10)=='0b1010' and oct(8)=='0o10' and hex(0)=='0x0' and bin(-2**61)=='-0b1'+'0'*61
assert b'  a b '.strip()==b'a b' and b'xax'.strip(b'x')==b'a' and bytes([1,2,255])==b'\x01\x02\xff'
try: bytes([1,256]); assert 0
except ValueError: pass
assert 'hello'.replace('l','L')=='heLLo' and 'h\xe9'.replace('\xe9','e')=='he' and 'hehe'.replace('e','\xe9')=='h\xe9h\xe9' and 'x'.replace('x','y')=='y'
from collections import namedtuple
P=namedtuple('P','x y'); x,y=P(1,2); assert (x,y)==(1,2)
class T(tuple):
    def __iter__(s): return iter('ab')
a,b=T((1,2)); assert a=='a'
l=[1]; 
for i in range(3000): l=[l]
del l
assert type(5) is int and type(type) is type and bool([])is False and float(3)==3.0 and int('7')==7
assert ('a',2)<('b',1) and (1,2)==(1,2) and [1,2]<[1,3] and 'a'<'b' and 2**70<2**71 and 1.5<2.5 and not float('nan')==float('nan')
print('ok')
