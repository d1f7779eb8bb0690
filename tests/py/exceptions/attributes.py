"""The attributes, arguments and texts of every built-in exception."""
import builtins

kinds = sorted((v for v in vars(builtins).values() if isinstance(v, type) and issubclass(v, BaseException)), key=lambda c: c.__name__)
for kind in kinds:
    print(kind.__name__, [b.__name__ for b in kind.__mro__[1:-1]], sorted(k for k in vars(kind) if not k.startswith('_')))
for kind in kinds:
    row = []
    for args in [(), ('a',), ('a', 2), (1, 'b', 'c'), (2, 'b', 'c', 'd', 'e')]:
        try:
            e = kind(*args)
            row.append(f'{e!s} {e!r} {e.args}')
        except TypeError as err:
            row.append(f'TypeError {err}')
    print(kind.__name__, *row, sep=' | ')
for e in OSError(2, 'No such', 'f1'), OSError(13, 'denied', 'f1', None, 'f2'), OSError('only'), OSError(2, 'x'), OSError(99999, 'y'), OSError('a', 'b', 'c'), OSError(17, 'e'), OSError(4, 'i'), OSError(32, 'p'), BlockingIOError(11, 'b', 5), FileNotFoundError('plain'), OSError(110, 't', 0), IOError(1, 'z'):
    print(type(e).__name__, str(e), e.errno, e.strerror, e.filename, e.filename2, e.args, getattr(e, 'characters_written', 'n/a') if isinstance(e, BlockingIOError) else '')
e = StopIteration('v', 2)
print(e.value, e.args, SystemExit(5).code, SystemExit().code, SystemExit(1, 2).code)
e = SyntaxError('msg', ('file', 3, 7, 'the text', 3, 9))
print(e, e.msg, e.filename, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset, e.print_file_and_line)
print(SyntaxError('m', ('f', 1, 2, None)), SyntaxError('m'), repr(SyntaxError('m', ('f', 1, 2, 't'))), IndentationError('i', ('f', 1, 2, 't')), str(SyntaxError()), SyntaxError('a', 'b', 'c').args if True else '')
for args in [('m', ()), ('m', ('f',)), ('m', 5), ('m', ('f', 1, 2, 't', 3))]:
    try:
        print(SyntaxError(*args))
    except Exception as err:
        print(type(err).__name__, err)
e = NameError('n', name='x')
print(e.name, AttributeError('a', name='q', obj=5).obj, ImportError('i', name='m', path='p').path, KeyError('k'), str(KeyError('k', 1)), str(KeyError('')), repr(KeyError(())))
e = Exception('a')
e.args = [1, 2]
print(e.args, e, repr(e))
e.extra = 5
print(e.__dict__, e.__traceback__, e.__cause__, e.__context__, e.__suppress_context__, hasattr(e, '__notes__'))


def show(f):
    try:
        print(f())
    except Exception as err:
        print(type(err).__name__, err)


show(lambda: Exception(a=1))
show(lambda: OSError(a=1))
show(lambda: setattr(e, 'args', 5))
show(lambda: setattr(e, '__cause__', 5))
show(lambda: setattr(e, '__context__', 'x'))
show(lambda: setattr(e, '__traceback__', 'x'))
show(lambda: delattr(e, 'args'))
show(lambda: delattr(e, '__cause__'))
show(lambda: e.with_traceback(5))
show(lambda: e.__setstate__({'z': 1}))
show(lambda: e.__reduce__())
show(lambda: (e.z, Exception.__new__(Exception, 1, 2).args))
raise OSError(2, 'Custom text', 'some-file')
