"""A whitelist evaluator over the ast module: what it lets through and what it refuses."""
import ast
import operator

BINARY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow}
COMPARE = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.In: lambda a, b: a in b}


class Refused(Exception):
    def __init__(self, node, why):
        where = f'{node.lineno}:{node.col_offset}' if hasattr(node, 'lineno') else '?'
        super().__init__(f'{type(node).__name__} at {where}: {why}')


class Evaluator(ast.NodeVisitor):
    def __init__(self, names, budget=100):
        self.names, self.budget = names, budget

    def visit(self, node):
        self.budget -= 1
        if self.budget < 0:
            raise Refused(node, 'too much work')
        return super().visit(node)

    def generic_visit(self, node):
        raise Refused(node, 'not allowed')

    def visit_Expression(self, node):
        return self.visit(node.body)

    def visit_Constant(self, node):
        return node.value

    def visit_Name(self, node):
        try:
            return self.names[node.id]
        except KeyError:
            raise Refused(node, f'unknown name {node.id}') from None

    def visit_BinOp(self, node):
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Pow) and abs(right) > 100:
            raise Refused(node, 'exponent too large')
        return BINARY[type(node.op)](left, right)

    def visit_UnaryOp(self, node):
        return {ast.USub: operator.neg, ast.Not: operator.not_, ast.UAdd: operator.pos}[type(node.op)](self.visit(node.operand))

    def visit_BoolOp(self, node):
        for v in node.values:
            r = self.visit(v)
            if bool(r) == isinstance(node.op, ast.Or):
                return r
        return r

    def visit_Compare(self, node):
        left = self.visit(node.left)
        for op, right in zip(node.ops, node.comparators):
            right = self.visit(right)
            if not COMPARE[type(op)](left, right):
                return False
            left = right
        return True

    def visit_IfExp(self, node):
        return self.visit(node.body if self.visit(node.test) else node.orelse)

    def visit_Call(self, node):
        if not isinstance(node.func, ast.Name) or node.func.id not in ('min', 'max', 'len', 'round'):
            raise Refused(node, 'only plain functions may be called')
        return {'min': min, 'max': max, 'len': len, 'round': round}[node.func.id](*map(self.visit, node.args), **{k.arg: self.visit(k.value) for k in node.keywords})

    def visit_List(self, node):
        return [self.visit(e) for e in node.elts]

    def visit_Subscript(self, node):
        return self.visit(node.value)[self.visit(node.slice)]

    def visit_JoinedStr(self, node):
        return ''.join(str(self.visit(v.value)) if isinstance(v, ast.FormattedValue) else v.value for v in node.values)


def safe(text, **names):
    return Evaluator(names).visit(ast.parse(text, mode='eval'))


for text in '1 + 2 * x', '-x ** 2', '2 ** 1000', 'x if x > 2 else y', 'max(x, y, key=len)', 'min([3, 1, 2])', '1 < x < 5', 'x and y or 0', 'not x', 'x in [1, 3]', 'f"{x}-{y}"', '[x, y][1]', '"abc"[1]', 'len("abc") * "ab"', '__import__("os")', 'x.__class__', '(lambda: 1)()', '[a for a in y]', 'z', '1 / 0', '[1][5]', 'x + "a"', 'open("f")', '{1: 2}', 'x @ y', 'x is y', '1 +', 'x := 1', 'round(2.567, 1)', 'max()', '+'.join(['1'] * 60), 'x\n+ 1', '(x\n+ zz)':
    try:
        print(text[:30].replace('\n', '|'), '=>', repr(safe(text, x=3, y=[1, 2])))
    except (Refused, SyntaxError) as e:
        print(text[:30].replace('\n', '|'), '=>', type(e).__name__, e.args[0])
    except Exception as e:
        print(text[:30], '=> error', type(e).__name__, e)
safe('x.y', x=1)
