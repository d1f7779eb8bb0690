# What tools that read bytecode find: imports, globals, attribute names, positions of the failing instruction, line tables.
import dis
import itertools
import sys


def imports(code):
    found = []
    instructions = list(dis.get_instructions(code))
    for i, op in enumerate(instructions):
        if op.opname == 'IMPORT_NAME' and i >= 2:
            level, names = instructions[i - 2], instructions[i - 1]
            assert level.opname == names.opname == 'LOAD_CONST'
            found.append((op.argval, level.argval, names.argval))
        elif op.opname in ('STORE_NAME', 'STORE_GLOBAL', 'STORE_FAST'):
            found.append(op.argval)
    return found


print(imports(compile('import os\nimport sys as s, os.path\nfrom . import x as y\nfrom ..a.b import c, d\n'
                      'from e import *\nz = 1\nglobal_ = z\n', '<m>', 'exec')))


def globals_used(code):
    names = {op.argval for op in dis.get_instructions(code) if op.opname.endswith('_GLOBAL')}
    for const in code.co_consts:
        if hasattr(const, 'co_code'):
            names |= globals_used(const)
    return names


def sample(a, b=2, *rest, key=None):
    global counter
    counter = len(rest) + a
    for i in range(3):
        if i == 1 or key is None:
            continue
        print(key, [abs(x) for x in rest], lambda: missing)
    with open(a) as f:
        f.read()
    try:
        return a.name[1:b]
    except ValueError as e:
        raise KeyError(e) from None
    finally:
        del counter


print(sorted(globals_used(sample.__code__)))
ops = [op.opname for op in dis.get_instructions(sample)]
for name in ('GET_ITER', 'FOR_ITER', 'BEFORE_WITH', 'MAKE_FUNCTION', 'DELETE_GLOBAL', 'RETURN_VALUE', 'CHECK_EXC_MATCH'):
    print(name, name in ops)
print(sorted({op.argval for op in dis.get_instructions(sample) if op.opname in ('LOAD_ATTR', 'LOAD_METHOD')}))
print([op.argval for op in dis.get_instructions(lambda a, b: (a + b) * a // 7 - b @ a)
       if op.opname in ('LOAD_FAST', 'LOAD_CONST')])
print([op.argrepr for op in dis.get_instructions(lambda a, b: (a + b) * a // 7 - b @ a) if op.opname == 'BINARY_OP'])
print([(op.opname, op.argval) for op in dis.get_instructions(lambda a, b: (a < b) is (a not in b))
       if op.opname in ('COMPARE_OP', 'IS_OP', 'CONTAINS_OP')])

# Jumps lead to instructions; every offset stands in a line; the tables agree in length.
for code in (sample.__code__, imports.__code__, globals_used.__code__, compile('x = [1, 2]\nfor i in x: y = i', '<l>', 'exec')):
    offsets = {op.offset for op in dis.get_instructions(code, show_caches=True)}
    targets = {op.argval for op in dis.get_instructions(code) if op.opcode in dis.hasjrel or op.opcode in dis.hasjabs}
    lines = list(code.co_lines())
    print(targets <= offsets, len(list(code.co_positions())) * 2 == len(code.co_code),
          all(a[1] == b[0] for a, b in zip(lines, lines[1:])), lines[-1][1] == len(code.co_code),
          list(code.replace(co_linetable=code.co_linetable).co_positions()) == list(code.co_positions()),
          code.replace(co_consts=code.co_consts) == code)


# The failing instruction, by tb_lasti.
def fail(x, table):
    for i in range(2):
        pass
    return x + (table[i]
                [0].nothing)


try:
    fail(1, {1: [None]})
except AttributeError as e:
    tb = e.__traceback__.tb_next
    print([p if p is None else p - fail.__code__.co_firstlineno for p in
           next(itertools.islice(fail.__code__.co_positions(), tb.tb_lasti // 2, None))][:2],
          next(itertools.islice(fail.__code__.co_positions(), tb.tb_lasti // 2, None))[2:])
    print(any(op.offset == tb.tb_lasti for op in dis.get_instructions(fail)))


def lineless():
    1 / 0


lineless.__code__ = lineless.__code__.replace(co_linetable=b'')
try:
    lineless()
except ZeroDivisionError as e:
    print(e.__traceback__.tb_next.tb_frame.f_lineno)


def gen():
    yield sys._getframe().f_lasti
    yield 2


g = gen()
print(next(g) < g.gi_frame.f_lasti)
wide = compile('\n'.join(f'v{i} = {i + 1000}' for i in range(600)) + '\nwhile v0:\n' +
               '\n'.join(f'    v{i} += v{i + 1}' for i in range(300)), '<wide>', 'exec')
print([op.argval for op in dis.get_instructions(wide) if op.opname == 'STORE_NAME'] ==
      [f'v{i}' for i in [*range(600), *range(300)]])
print({op.argval for op in dis.get_instructions(wide) if op.opname == 'LOAD_CONST'} - {None} == set(range(1000, 1600)))
