"""Exception groups: construction, split, subgroup, derive, except*."""
import sys
import traceback


def show(f):
    try:
        print(f())
    except BaseException as e:
        print(type(e).__name__, repr(e))


G = ExceptionGroup
eg = G('top', [ValueError(1), G('in', [KeyError('k'), TypeError('t')]), OSError(2, 'o')])
print(repr(eg), eg.message, len(eg.exceptions), eg.exceptions[1].exceptions)
print(eg.split(ValueError), eg.split((KeyError, OSError)), eg.split(lambda e: isinstance(e, TypeError)), eg.split(IndexError)[0])
print(eg.subgroup(KeyError), eg.subgroup(IndexError), eg.subgroup(lambda e: len(e.args) == 2), eg.subgroup(G) is eg, eg.derive([ValueError(9)]))
show(lambda: G('x', []))
show(lambda: G('x', [5]))
show(lambda: G('x', 5))
show(lambda: G(5, [ValueError()]))
show(lambda: G('x'))
show(lambda: G('x', [KeyboardInterrupt()]))
show(lambda: type(BaseExceptionGroup('x', [ValueError()])).__name__)
show(lambda: type(BaseExceptionGroup('x', [KeyboardInterrupt()])).__name__)
show(lambda: eg.split(5))
show(lambda: eg.subgroup('x'))


def star(e, *kinds):
    log = []
    try:
        try:
            raise e
        except* ValueError as g:
            log.append(('V', repr(g)))
        except* (KeyError, TypeError) as g:
            log.append(('KT', repr(g)))
        else:
            log.append('else')
        finally:
            log.append('finally')
    except BaseException as rest:
        log.append(('rest', repr(rest)))
    return log


print(star(eg), star(ValueError('naked')), star(IndexError('none')), star(G('v', [ValueError(1), G('w', [ValueError(2)])])), sep='\n')


def raising():
    try:
        raise G('g', [ValueError(1), KeyError(2), TypeError(3)])
    except* ValueError:
        raise RuntimeError('new')
    except* KeyError as k:
        raise
    except* TypeError as t:
        raise t


try:
    raising()
except BaseException as e:
    print(repr(e), repr(e.__context__))
    for x in e.exceptions:
        print(' ', repr(x), repr(x.__context__))


def nothing():
    try:
        pass
    except* ValueError:
        print('no')
    else:
        print('else ran')
    try:
        raise G('a', [ValueError()])
    except* ValueError as v:
        pass
    return 'v' in locals()


print(nothing())
for source in ['try: pass\nexcept* ValueError: pass\nexcept KeyError: pass', 'try: pass\nexcept*: pass', 'def f():\n try: pass\n except* E:\n  return', 'for i in x:\n try: pass\n except* E:\n  break', 'for i in x:\n try: pass\n except* E:\n  for j in y: continue']:
    try:
        compile(source, 's', 'exec')
        print('ok')
    except SyntaxError as e:
        print(e.msg)
for kind in ExceptionGroup, (ValueError, ExceptionGroup), 5:
    try:
        try:
            raise ValueError(1)
        except* kind:
            print('handled')
    except TypeError as e:
        print(e)


class Mine(G):
    def __new__(cls, m, excs, code):
        self = super().__new__(cls, m, excs)
        self.code = code
        return self

    def derive(self, excs):
        return Mine(self.message, excs, self.code)


m = Mine('m', [ValueError(1), KeyError(2)], 7)
a, b = m.split(ValueError)
print(repr(a), a.code, repr(b), b.code)
eg.add_note('a note')
traceback.print_exception(eg, file=sys.stdout)
raise G('final', [ValueError('one'), G('nested', [KeyError('two')])])
