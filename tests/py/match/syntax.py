"""Errors the compiler reports in match statements."""
cases = [
    'case x: pass\n case y: pass', 'case _: pass\n case 1: pass', 'case x | 1: pass', 'case 1 | x: pass', 'case (1, x) | (y, 2): pass', 'case [a, a]: pass', 'case {"k": a, "j": a}: pass', 'case Point(x=a, y=a): pass', 'case Point(x=1, x=2): pass',
    'case [*a, *b]: pass', 'case {**r, "k": 1}: pass', 'case {**r, **s}: pass', 'case {"a": 1, "a": 2}: pass', 'case {1: _, 1.0: _}: pass', 'case {x: 1}: pass', 'case {**_}: pass', 'case 1 + 1: pass', 'case 1 + 2j: pass', 'case 1j + 2j: pass', 'case -x: pass',
    'case x.y.z(): pass', 'case x(): pass', 'case f"{x}": pass', 'case "a" "b": pass', 'case f(1, a=2, 3): pass', 'case a.b: pass', 'case a[0]: pass', 'case 1 as _: pass', 'case 1 as a.b: pass', 'case 1 as 2: pass', 'case (1 as x) as y: pass', 'case x as y: pass\n case 2: pass',
    'case *a: pass', 'case *a,: pass', 'case 1 if : pass', 'case x if x > 1: pass\n case y: pass', 'case (x): pass\n case 5: pass', 'case [x] | [x, _]: pass', 'case []: return', 'case True: pass', 'case True.x: pass', 'case None(): pass', 'case -1: pass', 'case +1: pass', 'case --1: pass',
    'case 1, 2: pass', 'case (): pass', 'case (1,): pass', 'case 1 |: pass', 'case | 1: pass', 'case int | str: pass', 'case {"a" | "b": 1}: pass', 'case {-1: x, None: y, a.b: z}: pass', 'case {(1, 2): x}: pass', 'case Point(**k): pass', 'case Point(*a): pass', 'case lambda: 1: pass', 'case: pass', 'case _ as x: pass', 'case not x: pass', 'case x := 1: pass', 'pass', '',
]
for body in cases:
    source = f'match value:\n {body}\n'
    try:
        compile(source, 's', 'exec')
        print('ok  ', repr(body))
    except SyntaxError as e:
        print('BAD ', repr(body), '->', type(e).__name__, e.msg, e.lineno, e.offset)
for source in ['match x: case 1: pass', 'match x:\n', 'match x:\ncase 1: pass', 'match:\n case 1: pass', 'match x, *y:\n case 1: pass', 'match *x:\n case 1: pass', 'match (yield):\n case 1: pass', 'match x\n case 1: pass', 'match = 1\nmatch', 'match(x)', 'match[x]', 'match(x, y).z', 'match -x', 'match * x', 'match: int = 5', 'match x:\n case 1:\n  pass\n pass', 'match x:\n case 1 pass', 'print(match x)', 'match not x:\n case 1: pass', 'match lambda: 1:\n case 1: pass', 'match {}:\n case {}: pass', 'match x if y else z:\n case 1: pass', 'match x := 1:\n case 1: pass', 'match (x := 1):\n case 1: pass', 'case 1: pass', 'case = 2', 'case(1)']:
    try:
        compile(source, 's', 'exec')
        print('ok  ', repr(source))
    except SyntaxError as e:
        print('BAD ', repr(source), '->', type(e).__name__, e.msg)
eval('match x')
