"""How the place of a syntax error is shown."""
import io
import sys

sys.stderr = io.StringIO()
for cls in SyntaxError, IndentationError:
  for args in [('f',2,1,'print(1)\n',2,6),('f',2,1,'print(1)\n',2,9),('f',2,1,'print(1)\n',2,10),('f',2,3,'print(1)\n',2,6),('f',2,1,'  print(1)\n',2,6),('f',2,3,'  print(1)\n',2,6),('f',2,1,'print(1)',2,6),('f',2,1,'print(1)\n',3,2),('f',2,1,'print(1)\n',2,0),('f',2,1,'print(1)\n',2,-1),('f',2,0,'print(1)\n',2,6),('f',2,-1,'print(1)\n',2,6),('f',2,2,'é(1) x\n',2,6),('f',2,None,'print(1)\n'),('f',2,4,'print(1)\n'),('f',2,4,None),(None,2,4,'abc'),('f',None,4,'abc'),('f',2,4,'a\nbcdef\nghi',2,6),('f',2,4,'',2,6),('f',2,50,'abc\n',2,60),('f',2,2,'abc\n',1,3),('f',2,'x','abc\n',1,3),('f',2,2,'  \tabc   \n',2,5)]:
    e=cls('msg',args)
    print(cls.__name__,args,file=sys.stderr)
    sys.__excepthook__(cls,e,None)
print(sys.stderr.getvalue())
