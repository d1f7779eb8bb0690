"""add_note and __notes__."""
import sys
import traceback


def show(e):
    print(''.join(traceback.format_exception_only(e)), end='')


e = ValueError('text')
e.add_note('first')
e.add_note('second\nwith two lines')
print(e.__notes__, e.args)
show(e)
e.__notes__.append(5)
show(e)
e.__notes__ = 'not a list'
show(e)
e.__notes__ = ('t1', 't2')
show(e)
e.__notes__ = None
show(e)
e.__notes__ = [None, b'bytes', ['x']]
show(e)
for bad in 5, None, b'x':
    try:
        ValueError().add_note(bad)
    except TypeError as err:
        print(err)
try:
    e.add_note('now a tuple')
except TypeError as err:
    print(err)
try:
    ValueError().add_note()
except TypeError as err:
    print(err)


class BadNote:
    def __str__(self):
        raise RuntimeError('no str')

    def __repr__(self):
        return 'repr of note'


e = KeyError('k')
e.__notes__ = [BadNote()]
show(e)
del e.__notes__
show(e)
try:
    try:
        raise ValueError('inner')
    except ValueError as err:
        err.add_note('noted inside')
        raise
except ValueError as err:
    traceback.print_exc(file=sys.stdout)
g = ExceptionGroup('g', [e, ValueError('v')])
g.exceptions[1].add_note('member note')
g.add_note('group note')
traceback.print_exception(g, file=sys.stdout)
a, b = g.split(KeyError)
print(a.__notes__, b.__notes__, a.__notes__ is b.__notes__)
try:
    compile('x x', 'f', 'exec')
except SyntaxError as err:
    err.add_note('syntax note')
    show(err)
final = RuntimeError('with note')
final.add_note('the note is last')
raise final
