"""__context__ and __cause__: who sets them, cycles broken, finally, nested handlers, generators."""


def chain(e):
    out = []
    seen = set()
    while e is not None and id(e) not in seen:
        seen.add(id(e))
        out.append(f'{e!r}{"<cause>" if e.__cause__ is not None else ""}{"<suppress>" if e.__suppress_context__ else ""}')
        e = e.__cause__ if e.__cause__ is not None else e.__context__
    return out


def show(f):
    try:
        f()
        print('nothing')
    except BaseException as e:
        print(f.__name__, chain(e))


def simple():
    try:
        raise ValueError(1)
    except ValueError:
        raise KeyError(2)


def fin():
    try:
        raise ValueError(1)
    finally:
        raise KeyError(2)


def deep():
    try:
        try:
            try:
                raise ValueError(1)
            except ValueError:
                raise KeyError(2)
        finally:
            raise IndexError(3)
    except IndexError:
        raise OSError(4)


def from_none():
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError('x') from None


def from_self():
    e = ValueError('self')
    raise e from e


def reraise_same():
    try:
        raise ValueError('same')
    except ValueError as e:
        raise e


def cycle():
    a = ValueError('a')
    try:
        raise a
    except ValueError:
        try:
            raise KeyError('b')
        except KeyError:
            raise a


def call_in_handler():
    def inner():
        raise KeyError('inner')
    try:
        raise ValueError('outer')
    except ValueError:
        inner()


def handled_inside():
    try:
        raise ValueError('outer')
    except ValueError as e:
        try:
            raise KeyError('temp')
        except KeyError:
            pass
        raise IndexError('end')


def with_exit():
    class M:
        def __enter__(self): pass
        def __exit__(self, *a): raise OSError('exit')
    with M():
        raise ValueError('body')


def bad_cause():
    raise ValueError from 5


def cause_class():
    raise ValueError('v') from KeyError


def cause_raises():
    class Bad(Exception):
        def __init__(self):
            raise RuntimeError('init failed')
    raise ValueError('v') from Bad


def bare():
    raise


def not_exception():
    raise 5


def class_not_exc():
    raise int


def class_init_fails():
    class E(Exception):
        def __init__(self, a): pass
    raise E


def new_returns_other():
    class E(Exception):
        def __new__(cls): return 5
    raise E


def in_except_expr():
    try:
        raise ValueError(1)
    except undefined:
        pass


def in_else():
    try:
        pass
    except ValueError:
        pass
    else:
        raise KeyError('else')
    finally:
        print('fin', end=' ')


def return_swallows():
    try:
        raise ValueError
    finally:
        return


def break_swallows():
    while True:
        try:
            raise ValueError
        finally:
            break


for f in simple, fin, deep, from_none, from_self, reraise_same, cycle, call_in_handler, handled_inside, with_exit, bad_cause, cause_class, cause_raises, bare, not_exception, class_not_exc, class_init_fails, new_returns_other, in_except_expr, in_else, return_swallows, break_swallows:
    show(f)
deep()
