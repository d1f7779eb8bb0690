"""The functions and classes of the traceback module over live exceptions."""
import io
import sys
import traceback


def inner(x):
    local = x * 2
    raise ValueError('inner failed', local)


def outer():
    inner(21)


try:
    outer()
except ValueError as e:
    exc = e
print(traceback.format_exception_only(exc))
print(traceback.format_exception_only(ValueError, exc))
for frame in traceback.extract_tb(exc.__traceback__):
    print(frame.name, frame.lineno, frame.line, frame.colno, frame.end_lineno, frame.end_colno)
print(''.join(traceback.format_tb(exc.__traceback__, limit=1)))
print(''.join(traceback.format_tb(exc.__traceback__, limit=-1)))
print(''.join(traceback.format_exception(exc, limit=0)))
te = traceback.TracebackException.from_exception(exc, capture_locals=True)
print(''.join(te.format()).count('File'))
print(te.exc_type, str(te), te.stack[-1].locals)
buffer = io.StringIO()
traceback.print_exception(exc, file=buffer)
print(buffer.getvalue().count('\n'))
tb = exc.__traceback__
while tb:
    print(tb.tb_lineno, tb.tb_frame.f_code.co_name, tb.tb_frame.f_lineno)
    tb = tb.tb_next
walked = [(f.f_code.co_name, n) for f, n in traceback.walk_tb(exc.__traceback__)]
print(walked)


def stack():
    return [s.name for s in traceback.extract_stack()]


print(stack())
print(traceback.format_list([('file.py', 3, 'func', 'the line')]))
try:
    raise exc.with_traceback(None)
except ValueError as e:
    print(len(traceback.extract_tb(e.__traceback__)))
try:
    exc.__traceback__ = 5
except TypeError as e:
    print(e)
exc.__traceback__ = None
print(traceback.format_exception(exc))
print(traceback.format_exc())
print(sys.exc_info())
raise exc
