"""Indentation: errors, tabs against spaces, continuation lines, comments, blank lines, form feeds."""
cases = ['if 1:\n x = 1\n y = 2', 'if 1:\n x = 1\n  y = 2', 'if 1:\n  x = 1\n y = 2', 'if 1:\n    x = 1\n  y = 2\n', ' x = 1', 'x = 1\n y = 2', 'if 1:', 'if 1:\n', 'if 1:\nx = 1', 'if 1:\n\n\n', 'if 1:\n# comment\nx', 'if 1:\n# comment\n x = 1', 'if 1:\n\tx = 1\n\ty = 2', 'if 1:\n\tx = 1\n        y = 2', 'if 1:\n        x = 1\n\ty = 2', 'if 1:\n \tx = 1\n\ty = 2',
         'if 1:\n  if 2:\n    x = 1\n  else:\n    y = 1\n', 'if 1:\n  if 2:\n    x = 1\n else:\n  y = 1\n', 'if 1: x = 1; y = 2', 'if 1: x = 1\n else: y = 2', 'if 1: if 2: x', 'if 1: pass\nelse: pass', 'x = (1,\n  2,\n     3)', 'x = [\n1\n]\n', 'x = 1 \\\n + 2', 'x = 1 \\', 'x = 1 \\\n', 'x = 1 \\ \n + 2', 'if 1: \\\n x = 1', '\\\nx = 1', 'x = \\\n\n1', '\x0cx = 1', 'if 1:\n \x0c x = 1\n x = 2', 'def f():\n', 'def f(): pass', 'class C:\n', 'class C:\n\n x = 1\n\n\n y = 2\n', 'for i in x:\npass', 'while 1:\n pass\n else:\n  pass', 'try:\n pass', 'try:\n pass\nfinally:', 'try:\nexcept: pass', 'with x:\ny', 'try:\n pass\nexcept:\npass', 'if 1:\n pass\nelif 2:\npass', 'if 1:\n pass\nelse:\npass', 'def f():\n """doc"""\nx', 'def f():\nx', 'class C:\nx', 'match x:\n case 1:\n pass', 'match x:\ncase 1: pass', 'lambda:\n 1', 'if 1:\n  x = """\nabc\n"""\n  y = 2', 'if 1:\n  (\n1)\n  2', 'x = 1;', 'x = 1;;', ';', 'if 1:;', 'if 1:\n;', '\n\n  \n\t\nx = 1', '#', '  # only', 'x = 1  # c\n  # d\ny = 2', 'if x:\n  pass\n# dedent\n  # indent\n  pass', 'async def f():\nx', 'async x', 'for x in y:\n  pass\nelse:\nz', '@d\n', '@d\nx', '@d\n\n\ndef f(): pass', '@d def f(): pass', 'if 1:\n    x\n\ty']
for source in cases:
    try:
        code = compile(source, 'f', 'exec')
        print('ok ', repr(source))
    except SyntaxError as e:
        print('BAD', repr(source), type(e).__name__, e.msg, e.lineno, e.offset, repr(e.text))
deep = ''.join(' ' * i + 'if 1:\n' for i in range(99)) + ' ' * 99 + 'x = 1\n'
compile(deep, 'f', 'exec')
try:
    compile(''.join(' ' * i + 'if 1:\n' for i in range(101)) + ' ' * 101 + 'x = 1\n', 'f', 'exec')
except IndentationError as e:
    print(e.msg)
exec('if 1:\n    x = 1\n  y = 2\n')
