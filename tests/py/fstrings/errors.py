"""Syntax errors inside f-strings, and errors while they are evaluated."""


def attempt(source):
    try:
        print(source, '->', repr(eval(source, {'x': 5, 's': 'text'})))
    except SyntaxError as e:
        print(source, '->', type(e).__name__, e.msg, e.lineno)
    except Exception as e:
        print(source, '->', type(e).__name__, e)


for source in ["f'{'", "f'}'", "f'{}'", "f'{ }'", "f'{!r}'", "f'{:5}'", "f'{x'", "f'{x!'", "f'{x!}'", "f'{x!z}'", "f'{x!rr}'", "f'{x!r'", "f'{x:'", "f'{x:{'", "f'{x:{y'", "f'{x:{s:{5}}}'", "f'{x:{x:{x:{x}}}}'", "f'{x!s'", "f'{x!r:'", "f'{a b}'",
               "f'{x[}'", "f'{(x}'", "f'{x)}'", "f'{x]}'", "f'{x[1)}'", "f'{lambda x: 1}'", "f'{lambda: 1}'", "f'{x = 1}'", "f'{x == 5}'", "f'{=x}'", "f'{x=!z}'", "f'{yield}'", "f'{*x}'", "f'{**x}'", "f'{x:d}{s:d}'", "f'{s:q}'", "f'{x.nope}'", "f'{1/0}'",
               "f'{\"a\\n\"}'", "f'{x#comment}'", "f'{#}'", "f'{\\'a\\'}'", "f'{x!r}}'", "f'{{x}'", "f'{x}}}'", "f'{ {} }'", "f'{a $ b}'", "f'{1 +}'", "f'{for}'", "f'{class}'", "f'{import os}'", "f'{x;x}'", "f'{x:=5}'", "f'{(x:=5)}'", "bf'{x}'", "fb''", "uf''",
               "f'{x' 'y}'", "f'{\"'", "f'''{\nx\n}'''", "f'''{\n1 +\n}'''", "f'{\"\"\"a\"\"\"}'", "f'{0x}'", "f'{1_}'", "f'{not}'", "f'{x if}'", "f'{await x}'", "f'{x!=5}'", "f'{x!= 5}'", "f'\\N{nope}'", "f'\\N'", "f'\\x4'", "f'{\\n}'", "f'a\\{x}'", "rf'\\{x}'", "f'{None.x}'"]:
    attempt(source)
s = 'abc'
f'{s:d}'
