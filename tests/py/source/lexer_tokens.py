# The lexer as _tokenize shows it, and the texts of the syntax tree's classes.
import _tokenize,warnings
warnings.simplefilter('ignore')
def t(s):
    print(repr(s))
    try:
        for x in _tokenize.TokenizerIter(s): print('  ', x)
    except BaseException as e: print('  ', type(e), e.args)
for s in ["a = 1\n","a = '''x\ny''' # c\n\n\nif x:\n  b\n  # cc\nc","def f(é, 'ü'):\n\tx=1\n","","(1+\n 2)\n","a = $\n","'abc","(","async def f(): await x\n","if a:\n  b\n c\n","x: int # type: ignore\n","é = 'ü' + z\n","a\\\n +b\n","1_000_ ","0777","1if x else y","print(1)\r\nx\r\n","x\0y","!=","<>","a b !","...->:=**=", "+-*/%@&|^~<<>>//==<=>=< > <<= >>= //= @= += -= *= /= %= &= |= ^= ; [ ] { } , .", "x = [\n1,\n'''a\nb''',\n]\n", "a\\", "a\\b", "if 1:\n\tx\n        y\n", "\tx", "# c\n", "\n\nx # é\n", "f'{x}' rb'x'", "x)"]:
    t(s)
for a in (b'x', 3, None):
    try: _tokenize.TokenizerIter(a)
    except Exception as e: print(e)
try: _tokenize.TokenizerIter()
try: _tokenize.TokenizerIter()
except Exception as e: print(e)
import _ast
for n in dir(_ast):
    c = getattr(_ast, n)
    if isinstance(c, type): print(n, c.__doc__)
