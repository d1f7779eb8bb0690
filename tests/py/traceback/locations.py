"""co_positions, line numbers and tb_lineno over statements that span lines."""


def f(a,
      b=1,
      *c):
    x = [a,
         b,
         c]
    y = {
        'k': x,
    }
    return (
        len(
            y
        )
        + undefined
    )


def lines(code):
    return sorted({line for _, _, line in code.co_lines() if line is not None})


print(f.__code__.co_firstlineno, lines(f.__code__)[-9:])
try:
    f(1)
except NameError as e:
    tb = e.__traceback__.tb_next
    print(tb.tb_lineno, tb.tb_frame.f_lineno)


@staticmethod
def decorated():
    pass


print(decorated.__wrapped__.__code__.co_firstlineno)


class C:
    """doc"""

    def m(self):
        return (yield)


print(C.m.__code__.co_firstlineno, lines(C.m.__code__))
g = lambda: (
    1 /
    0)
try:
    g()
except ZeroDivisionError as e:
    print(e.__traceback__.tb_next.tb_lineno)


def positions(source):
    code = compile(source, 's', 'exec')
    found = set()
    for line, end, col, end_col in code.co_positions():
        if line is not None and col is not None:
            found.add((line, end, col, end_col))
    return found


print((1, 1, 4, 9) in positions('x = a + b\n'), (1, 1, 4, 5) in positions('x = a + b\n'))
print((1, 2, 4, 3) in positions('x = f(1,\n 2)\n'))
print((1, 1, 0, 12) in positions('foo.bar(1)[2]\n'), (1, 1, 0, 13) in positions('foo.bar(1)[2]\n'))
try:
    exec(compile('\n\n\nraise KeyError(1)', 'generated', 'exec'))
except KeyError as e:
    print(e.__traceback__.tb_next.tb_lineno, e.__traceback__.tb_next.tb_frame.f_code.co_filename)
for i in range(2):
    pass
else:
    (lambda: 1
     .__add__('q').zz)()
