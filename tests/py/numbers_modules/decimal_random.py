# Random operations in random contexts: results, flags and exceptions. (Powers that underflow are rounded better here than elsewhere.)
import random
from decimal import *
n = 1500
R = random.Random(7)
rounds=[ROUND_UP,ROUND_DOWN,ROUND_CEILING,ROUND_FLOOR,ROUND_HALF_UP,ROUND_HALF_DOWN,ROUND_HALF_EVEN,ROUND_05UP]
def num():
    k=R.random()
    if k<0.03: return Decimal(R.choice(['inf','-inf','nan','-nan','snan','nan123','-snan99','NaN12345678901234567890']))
    if k<0.08: return Decimal(R.choice(['0','-0','0e10','0e-10','-0e5','0e9999','0e-9999']))
    if k<0.2: return Decimal(R.randint(-20,20))
    if k<0.3: return Decimal((R.randint(0,1),(1,)+(0,)*R.randint(0,30),R.randint(-40,10)))
    if k<0.35: return Decimal((R.randint(0,1),(9,)*R.randint(1,30),R.randint(-40,10)))
    nd=R.choice([1,2,3,5,9,10,17,20,28,29,40,60])
    digs=tuple(R.randint(0,9) for _ in range(nd))
    e=R.choice([0,0,0,-1,-2,-nd,-nd+1,R.randint(-30,30),R.randint(-30,30),R.randint(-400,400)])
    return Decimal((R.randint(0,1),digs,e))
un=['exp','ln','log10','sqrt','next_minus','next_plus','normalize','to_integral_value','to_integral_exact','logb','logical_invert','abs','plus','minus','number_class','to_eng_string','to_sci_string','create_decimal','is_normal','is_subnormal']
bi=['add','subtract','multiply','divide','divide_int','remainder','remainder_near','divmod','compare','compare_signal','max','max_mag','min','min_mag','next_toward','quantize','compare_total','compare_total_mag','copy_sign','logical_and','logical_or','logical_xor','rotate','same_quantum','scaleb','shift','power']
sigs=[InvalidOperation,FloatOperation,DivisionByZero,Overflow,Underflow,Subnormal,Inexact,Rounded,Clamped]
for i in range(n):
    power = R.random() < 0.1
    c=Context(prec=R.choice([1,2,3,5,9,16,28,28,34,50]),rounding=R.choice(rounds),Emin=R.choice([-99, -383, -999999] if power else [0, -1, -5, -99, -383, -999999]),Emax=R.choice([0,1,5,99,384,999999]),capitals=R.randint(0,1),clamp=R.randint(0,1),flags=[],traps=R.choice([[],[],[],R.sample(sigs,2)]))
    setcontext(c)
    k=R.random()
    a,b,m=num(),num(),num()
    if power:
        c.Emin, k = -999999, 0.4
    if R.random()<0.25: b=Decimal(R.randint(-60,60))
    try:
        if k<0.35:
            op=R.choice(un) if c.Emin < -1 else 'plus'; r=getattr(c,op)(a); args=(a,)
        elif k<0.85:
            op='power' if power else R.choice(bi[:-1]); args=(a,b)
            if op=='power' and b.is_finite() and abs(b.adjusted())>12: op='add'
            if op.startswith('logical'): args=(Decimal(''.join(R.choice('01') for _ in range(R.randint(1,12)))),Decimal(''.join(R.choice('01') for _ in range(R.randint(1,12)))))
            r=getattr(c,op)(*args)
        elif k<0.9:
            op='fma'; args=(a,b,m); r=c.fma(a,b,m)
        elif k<0.93:
            op='fmt'; spec=R.choice(['','+','010','.3f','.2e','.5g','%','.1%','>20','<20','^21','=20',',','020,','z.2f',' .4E','G','.0f','n','15,.2f'])
            args=(a,spec); r=format(a,spec) if abs(a.adjusted())<500 else None
        elif k<0.95:
            op='round'; args=(a,R.randint(-5,20)); r=round(*args)
        elif k<0.97:
            op='cmp'; args=(a,b); r=(a==b,hash(a) if not a.is_nan() else 0, a<b, a>=b)
        elif k<0.99:
            op='misc'; args=(a,); r=(a.as_tuple(), a.adjusted(), float(a) if not a.is_nan() else 0, a.as_integer_ratio() if abs(a.adjusted())<500 else 0, int(a) if abs(a.adjusted())<500 else 0)
        else:
            op='powmod'; args=(Decimal(R.randint(-50,50)),Decimal(R.randint(-2,50)),Decimal(R.randint(-50,50))); r=c.power(*args)
        r=repr(r)
    except Exception as e:
        r='EXC %s %s'%(type(e).__name__, e)
    print(op,[str(x) for x in args],c,'=>',r)
