"""Which of the two operands' methods runs, for every binary operator, with and without subclassing and NotImplemented."""
OPS = {'+': 'add', '-': 'sub', '*': 'mul', '/': 'truediv', '//': 'floordiv', '%': 'mod', '**': 'pow', '@': 'matmul', '<<': 'lshift', '>>': 'rshift', '&': 'and', '|': 'or', '^': 'xor'}
CMP = {'<': ('lt', 'gt'), '<=': ('le', 'ge'), '==': ('eq', 'eq'), '!=': ('ne', 'ne'), '>': ('gt', 'lt'), '>=': ('ge', 'le')}
log = []


def method(cls, name, result):
    def f(self, other):
        log.append(f'{cls}.{name}')
        return result
    return f


def make(name, base=object, left=None, right=None, inplace=None):
    ns = {}
    for op in OPS.values():
        for prefix, result in ('', left), ('r', right), ('i', inplace):
            if result is not None:
                ns[f'__{prefix}{op}__'] = method(name, prefix + op, result)
    for op, _ in CMP.values():
        if left is not None:
            ns[f'__{op}__'] = method(name, op, left)
    ns['__hash__'] = None
    return type(name, (base,), ns)


A = make('A', left='A left', right='A right')
B = make('B', left='B left', right='B right')
Sub = make('Sub', A, left='Sub left', right='Sub right')
OnlyChild = type('OnlyChild', (A,), {})
Shy = make('Shy', left=NotImplemented, right=NotImplemented)
Inplace = make('Inplace', left='left', inplace='in place')
ShyIn = make('ShyIn', left='fallback left', inplace=NotImplemented)
for x, y in [(A(), B()), (A(), Sub()), (Sub(), A()), (A(), OnlyChild()), (OnlyChild(), A()), (Shy(), B()), (B(), Shy()), (Shy(), Shy()), (A(), 5), (5, A()), (Shy(), 5), (A(), A())]:
    row = []
    for op in list(OPS) + list(CMP):
        log.clear()
        try:
            r = eval(f'x {op} y')
            row.append(f'{op} {r if isinstance(r, (str, bool)) else type(r).__name__} [{",".join(l.split(".")[0] for l in log)}]')
        except TypeError as e:
            row.append(f'{op} TypeError [{",".join(l.split(".")[0] for l in log)}]')
    print(type(x).__name__, type(y).__name__, *row[:3], *row[6:7], *row[13:17], sep='; ')
for cls in Inplace, ShyIn, A:
    for op in OPS:
        x = cls()
        log.clear()
        exec(f'x {op}= 1')
        print(cls.__name__, op, x, log[-1], len(log), end='; ')
    print()
x = Shy()
for op in OPS:
    for text in f'x {op} 1', f'1 {op} x', f'x {op} "s"':
        try:
            eval(text)
        except TypeError as e:
            print(text, '->', e)
    try:
        exec(f'y = x\ny {op}= 1')
    except TypeError as e:
        print(f'{op}=', e)
for op in CMP:
    try:
        print(op, eval(f'x {op} 1'), end=' ')
    except TypeError as e:
        print(e, end=' ')
print()


class NoneOp:
    __add__ = None
    __radd__ = lambda s, o: 'radd'
    __lt__ = None


for text in 'NoneOp() + 1', '1 + NoneOp()', 'NoneOp() + NoneOp()', 'NoneOp() < 1', '1 > NoneOp()':
    try:
        print(text, eval(text))
    except TypeError as e:
        print(text, '->', e)
Shy() @ Shy()
