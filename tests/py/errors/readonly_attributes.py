"""What attributes that cannot be set or deleted say."""
import types,sys
def f(): yield 1
async def co(): pass
async def ag(): yield
try: 1/0
except Exception as e: tb=e.__traceback__
c=co()
objs=[f.__code__,sys._getframe(),f,f(),c,ag(),tb,property(),len,slice(1),range(1),ValueError(),super(int,3),classmethod(f),staticmethod(f),types.CellType(),types,1j,memoryview(b''),int,''.join,str.join,type.__dict__['__dict__'],[].__len__,list.__len__,types.SimpleNamespace(),ImportError(),OSError(),SyntaxError(),UnicodeError(), SystemExit(), StopIteration(), ExceptionGroup('a',[ValueError()]), types.MappingProxyType({}), list[int], int|str, 5, 5.0, types.MethodType(f,3),UnicodeDecodeError('a',b'',1,2,'x'),NameError(),AttributeError()]
for o in objs:
    T=type(o)
    for k in T.__mro__[:-1] if T is not type else (type,):
        for n,d in sorted(vars(k).items()):
            if type(d) in (types.GetSetDescriptorType,types.MemberDescriptorType):
                if n in('_co_code_adaptive',): continue
                r=[]
                for op in (lambda: setattr(o,n,object()), lambda: delattr(o,n)):
                    if T is types.FrameType and n=='f_trace' : continue
                    if n in('__dict__','__class__','__annotations__', '__isabstractmethod__','__text_signature__','__abstractmethods__','__weakref__') : continue
                    try: op(); r.append('ok')
                    except BaseException as e: r.append((type(e).__name__, str(e)))
                print(T.__name__,n,r)
c.close()
