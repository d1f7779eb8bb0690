"""traceback's printing options: limits, chain off, colours off, compact, groups cut, print_stack, format_frame_summary."""
import io
import sys
import traceback


def a(n):
    if n == 0:
        raise ValueError('end')
    b(n)


def b(n):
    a(n - 1)


def outer():
    try:
        a(2)
    except ValueError as e:
        raise KeyError('outer') from e


try:
    outer()
except KeyError as e:
    exc = e
for limit in None, 0, 1, 2, -1, -2, 100:
    print('limit', limit)
    traceback.print_exception(exc, limit=limit, file=sys.stdout)
print('chain off')
traceback.print_exception(exc, chain=False, file=sys.stdout)
for limit in 1, -1:
    out = io.StringIO()
    traceback.print_tb(exc.__traceback__, limit=limit, file=out)
    print(out.getvalue(), end='')
sys.tracebacklimit = 1
traceback.print_exception(exc, file=sys.stdout)
sys.tracebacklimit = None
del sys.tracebacklimit
te = traceback.TracebackException.from_exception(exc, limit=1, compact=True)
print(te.exc_type.__name__, str(te), te.__cause__.exc_type.__name__, te.__context__ is not None, len(te.stack), list(te.format_exception_only()))
group = ExceptionGroup('many', [ValueError(i) for i in range(20)])
print(''.join(traceback.format_exception(group)).count('ValueError'), [l for l in traceback.format_exception(group) if 'and' in l])
te = traceback.TracebackException(ExceptionGroup, group, None, max_group_width=3, max_group_depth=1)
print(''.join(te.format()))
nested = ValueError('deep')
for i in range(15):
    nested = ExceptionGroup(f'g{i}', [nested])
text = ''.join(traceback.format_exception(nested))
print(text.count('ExceptionGroup'), text.splitlines()[-3:])


def stack():
    out = io.StringIO()
    traceback.print_stack(file=out, limit=2)
    return out.getvalue()


print(stack().count('File'), traceback.format_stack()[-1].split(',')[1], len(traceback.extract_stack(limit=1)))
fs = traceback.FrameSummary('f.py', 3, 'func', lookup_line=False, line='  the line  ', end_lineno=3, colno=2, end_colno=5)
print(fs, fs.line, tuple(fs), fs == ('f.py', 3, 'func', 'the line'), traceback.StackSummary.from_list([fs, ('g.py', 1, 'h', None)]).format())
print(traceback.format_exception_only(SyntaxError('m', ('f.py', 2, 3, 'abc def', 2, 6))), traceback.format_exception_only(NameError('n')), traceback.format_exception_only(type(None), None))
for args in [(5,), (ValueError,), (ValueError, 5, None), (None, None, None)]:
    try:
        print(traceback.format_exception(*args))
    except Exception as e:
        print(type(e).__name__, e)
print(traceback.print_exc(), traceback.format_exc(limit=0)) if False else None
a(1)
