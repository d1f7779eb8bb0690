"""What an uncaught exception shows: places and markers, chains, groups, notes, suggestions, limits."""
import io
import sys

sys.stderr = io.StringIO()

def show(f):
    try: f()
    except BaseException as e:
        sys.__excepthook__(type(e), e, e.__traceback__)
        print('=====', file=sys.stderr)
def a(): x = [1]; return x[5] + x[0]
def b(): return (1 +
   'x' +
  2)
def c(): return 'é' + 'ü' + (1 if True else 2)
def d(n):
    if n: return d(n-1)
    raise KeyError('x')
def e():
    raise ExceptionGroup('g', [ValueError(i) for i in range(18)])
def f():
    try: a()
    except Exception as x:
        err = ExceptionGroup('inner\nline', [x, TypeError('t'), ExceptionGroup('deep', [OSError(2,'m')])])
        err.add_note('note 1\nnote 2')
        raise err from KeyError('cause')
def g():
    e = ValueError('multi\nline')
    e.add_note('n1'); e.add_note('n2\nn3\n')
    e.__notes__.append(5)
    raise e
def h():
    class Bad(Exception):
        def __str__(self): raise 1
    raise Bad
def i():
    e = ValueError(); e.__notes__ = 5; raise e
def j(): [].apend
def k(): prnt
def l():
    try: 1/0
    except ZeroDivisionError as z:
        try: int('x')
        except ValueError as v:
            raise TypeError from None
def m():
    x = ValueError('self'); x.__context__ = y = TypeError('y'); y.__cause__ = x; raise x
def n():
    class X(Exception): pass
    X.__module__ = 5
    raise X('m')
def o():
    class X(Exception): pass
    X.__module__ = 'mod'
    raise X('m\ud800')
def p(): eval('1 +')
def q(): exec('def f():\n  return (1 //  0)\nf()')
def r():
    g = ExceptionGroup('d0', [ValueError(0)])
    for i in range(1, 13): g = ExceptionGroup(f'd{i}', [g, ValueError(i)])
    raise g
def s(): raise OSError
def t(): (lambda:
     {}['k'])()
def u(): a = 1; return a.b.c  ( 5 )[ 3 ]
def v(): [[1],[2]][0][7]   ;   x = 1
def w(): 1 // 0
def y(): 1//0
def z(): (1)   **   ('x')
def aa(): sorted([3,'x'],
   key=lambda v: v)
def bb():
    for i in range(3): assert i < 2, (
        'msg')
def cc(): import nonexistent.mod
def dd(): {}.setdefaut
def ee(): sys.exit('x')
def ff():
    raise BaseExceptionGroup('b', [KeyboardInterrupt(), ExceptionGroup('x', [ValueError('1')])])
def gg():
    try: f()
    except ExceptionGroup as x: raise ValueError('after')
for fn in (a,b,c,lambda: d(10),lambda: d(2),lambda: d(3), lambda: d(4),e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,y,z,aa,bb,cc,dd,ee,ff,gg): show(fn)
for lim in 0, 1, 3, -1, 10**30, 'x', None:
    sys.tracebacklimit = lim
    show(lambda: d(3))
print(sys.stderr.getvalue().replace(__file__, 'SCRIPT'))
