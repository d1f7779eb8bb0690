"""The tokenize module over awkward source, and untokenize."""
import io
import token
import tokenize

sources = ['x = 1\n', 'def f(a, *b):\n    return a + b[0]\n', 'x = """a\nb"""  # comment\n', 'if x:\n\ty = 1\n\n# c\nz\n', 'a = (1,\n     2)\n', 'x = 1 \\\n  + 2\n', "f'{x!r:>{w}}' rb'\\x' 0x1F 1_0.5e-3j\n", 'x := y -> z ... == != <= >= << >> ** // <<= **= //= @= @ ~\n', 'async def f(): await x\n', 'é = "中"\n', '', '\n\n', 'x', '   \n', '  x\n y\n', 'x $ y\n', 'x ? !\n', "'unterminated\n", '"""open\n', '(1\n', '1a 0777 1__0\n', 'lambda x: x if x else not x\n', '\x0cx\n', 'match x:\n case _: pass\n', 'x;y;\n', '\\\nx\n']
for source in sources:
    print(repr(source))
    try:
        for t in tokenize.generate_tokens(io.StringIO(source).readline):
            print('  ', token.tok_name[t.type], token.tok_name[t.exact_type] if t.exact_type != t.type else '', repr(t.string), t.start, t.end)
    except (tokenize.TokenError, IndentationError) as e:
        print('  ', type(e).__name__, e.args)
for source in sources[:6]:
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    print(tokenize.untokenize(tokens) == source, repr(tokenize.untokenize([t[:2] for t in tokens])))
print(token.tok_name[token.NAME], token.EXACT_TOKEN_TYPES['->'] == token.RARROW, token.ISTERMINAL(5), token.ISEOF(0), len(token.tok_name) > 60)
list(tokenize.tokenize(io.BytesIO(b'# coding: none\n').readline))
