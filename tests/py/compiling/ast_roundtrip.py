"""ast: parse, dump, unparse, literal_eval, positions, transformers, validation."""
import ast

sources = ['x = 1', 'x: int = 5', 'x += y ** -2', 'def f(a, /, b=1, *c, d, e=2, **g) -> int:\n    """doc"""\n    return a', 'async def f():\n    async with x as y:\n        await z\n    async for i in j:\n        pass', 'class C(A, metaclass=M):\n    x = 1', 'lambda a, *b, c=1: (yield)', 'for x, *y in z:\n    break\nelse:\n    continue', 'while a < b <= c:\n    pass',
           'if a:\n    b\nelif c:\n    d\nelse:\n    e', 'try:\n    a\nexcept B as c:\n    d\nelse:\n    e\nfinally:\n    f', 'try:\n    a\nexcept* B:\n    c', 'with a as b, c:\n    d', 'raise A from B', 'import a.b as c, d', 'from ..a import b as c, d', 'global a\nnonlocal b' if False else 'global a, b', 'del a, b[0], c.d', 'assert a, b', 'return_ = (a, *b)', 'f(a, *b, c=d, **e)', 'a[1:2, ::3, ...]', '{1: 2, **a}', '{1, *a}', '[x for x in y if z for w in v]',
           '{k: v for k, v in x}', '(x async for x in y)', 'a if b else c', 'not a or b and c', 'a is not b not in c', '(a := 1)', "f'{a!r:>{b}} {c=} text'", "'it''s' \"x\"", "b'a\\x00'", '1.5e300j', '-1', '- -1', 'a @ b // c % d << e >> f & g | h ^ i', '(a, b), [c] = d', 'x = yield y', 'match a:\n    case [1, x, *_] | {"k": v, **r} if b:\n        pass\n    case C(1, y=2) as z:\n        pass\n    case None | -1:\n        pass', '@a\n@b(1)\ndef f():\n    pass', 'print(*a, **b)', 'a.b.c()[0]', '"""doc"""\nx', '(yield)', 'x = (1,)', '()', 'a = b = c', 'pass', '...', '1_000', '"\\n\\t\\u4e2d"']
for source in sources:
    tree = ast.parse(source)
    text = ast.unparse(tree)
    print(repr(source), '=>', repr(text))
    print('  ', ast.dump(tree))
    assert ast.dump(ast.parse(text)) == ast.dump(tree), text
print(ast.dump(ast.parse('x + 1', mode='eval'), include_attributes=True, indent=1))
for text in ['1', '-1.5', '"a"', '[1, (2, {3: {4}})]', 'None', 'b"x"', '1 + 2j', '-1j - 2' if False else '3 - 4j', 'set()', '{**{}}', '1 + 1', 'x', 'f()', '"a" + "b"', '[1', '', '  1', '1e400', '...', 'not True', '{1: x}', '-"a"', '(1)', '"a" "b"']:
    try:
        print(repr(text), repr(ast.literal_eval(text)))
    except Exception as e:
        print(repr(text), type(e).__name__, str(e).split(':')[0].split(' at ')[0].split(' on line')[0])
node = ast.parse('foo(1, x=2)').body[0].value
print(node.lineno, node.col_offset, node.end_col_offset, node.func.id, node.args[0].value, node.keywords[0].arg, ast.get_source_segment('foo(1, x=2)', node.keywords[0]), [type(n).__name__ for n in ast.walk(node)], list(ast.iter_fields(node.args[0])), node._fields, node._attributes)


class Double(ast.NodeTransformer):
    def visit_Constant(self, n):
        return ast.copy_location(ast.Constant(n.value * 2), n)


class Names(ast.NodeVisitor):
    found = []

    def visit_Name(self, n):
        self.found.append((n.id, type(n.ctx).__name__))


tree = Double().visit(ast.parse('y = x + 5 + "ab" * 2'))
Names().visit(tree)
print(ast.unparse(tree), Names.found)
for bad in [ast.Module([], []), ast.Expression(ast.Name('x', ast.Load())), ast.Module([ast.Expr(ast.Name('x', ast.Store()))], []), ast.Expression(ast.Constant(object())), ast.Expression(5), ast.Expression(), ast.Expression(ast.BinOp(ast.Constant(1), ast.Add(), None)), ast.Module([ast.Assign([], ast.Constant(1))], []), ast.Expression(ast.Tuple([ast.Constant(1)], ast.Store())), ast.Expression(ast.Compare(ast.Constant(1), [], [])), ast.Module([ast.Pass()], []), ast.Interactive([ast.Pass()]), ast.Expression(ast.Constant([1]))]:
    mode = 'eval' if isinstance(bad, ast.Expression) else 'single' if isinstance(bad, ast.Interactive) else 'exec'
    try:
        compile(ast.fix_missing_locations(bad), 'f', mode)
        print('compiled')
    except Exception as e:
        print(type(e).__name__, str(e).split(' at 0x')[0])
for f in (lambda: compile(ast.Expression(ast.Constant(1)), 'f', 'eval'), lambda: compile(ast.parse('1'), 'f', 'eval'), lambda: ast.Name(1, 2, 3), lambda: ast.Constant().value, lambda: ast.parse('x', mode='nope'), lambda: ast.Name('x').id, lambda: ast.increment_lineno(ast.parse('x'), 5).body[0].lineno, lambda: ast.parse('def f(x): # type: (int) -> str\n  pass', type_comments=True).body[0].type_comment, lambda: ast.parse('(int) -> str', mode='func_type').returns.id, lambda: ast.parse('match x:\n case 1: pass', feature_version=(3, 9)), lambda: ast.Constant(1, kind='u').kind, lambda: ast.dump(5), lambda: ast.Num(5).n, lambda: isinstance(ast.Constant('a'), ast.Str)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
ast.literal_eval('[1')
