"""Random sums, products, quotients and comparisons of decimals at many precisions, roundings and exponents, with their flags."""
import random, sys
from decimal import *
r=random.Random(int(sys.argv[1] if len(sys.argv) > 1 else 7))
def dec():
    k=r.random()
    n=r.choice((1,2,5,10,18,19,20,28,37,38,39))
    return Decimal((r.randrange(2), tuple(r.randrange(10) if r.random()<.8 else r.choice((0,9,5)) for _ in range(n)), r.choice((0,-2,3,-10,-19,-27,10,20,40,-40, 999990,-999990) if k<.3 else (0,-2,-5,1))))
out=[]
for i in range(4000):
    c=getcontext()
    c.prec=r.choice((1,3,9,16,28,28,28,36,38,39,50)); c.rounding=r.choice((ROUND_HALF_EVEN,ROUND_HALF_EVEN,ROUND_HALF_UP,ROUND_DOWN,ROUND_UP,ROUND_FLOOR,ROUND_CEILING,ROUND_05UP,ROUND_HALF_DOWN)); c.clamp=r.randrange(2)
    c.Emax,c.Emin=r.choice(((999999,-999999),(40,-40),(10,-10)))
    for t in c.traps: c.traps[t]=False
    c.clear_flags()
    a,b=dec(),dec()
    for f in ('__add__','__sub__','__mul__','__truediv__','__lt__'):
        x=getattr(a,f)(b)
        out.append(f'{a} {f} {b} {c.prec} {c.rounding} = {x} {[k.__name__ for k in c.flags if c.flags[k]]}')
        c.clear_flags()
import hashlib
print(hashlib.sha256('\n'.join(out).encode()).hexdigest())
