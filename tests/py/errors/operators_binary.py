"""The text of every unsupported binary operator, in both orders and in place."""
import operator

values = [1, 1.5, 'a', b'b', [1], (1,), {}, {1}, None, 1j, object, len, range(2), ...]
names = [type(v).__name__ for v in values]
binary = ['add', 'sub', 'mul', 'truediv', 'floordiv', 'mod', 'pow', 'lshift', 'rshift', 'and_', 'or_', 'xor', 'matmul', 'lt', 'le', 'gt', 'ge']
inplace = ['iadd', 'isub', 'imul', 'itruediv', 'ifloordiv', 'imod', 'ipow', 'ilshift', 'irshift', 'iand', 'ior', 'ixor', 'imatmul']
lines = []
for name in binary + inplace:
    f = getattr(operator, name)
    for a in values:
        for b in values:
            try:
                import copy
                f(copy.copy(a) if isinstance(a, (list, dict, set)) else a, b)
            except Exception as e:
                lines.append(f'{name} {type(a).__name__} {type(b).__name__}: {type(e).__name__} {e}')
print(len(lines))
for line in lines:
    print(line)
