"""Which except clause catches: order, subclasses, tuples, evaluation of expressions, rebinding in handlers."""
log = []


def kinds(*names):
    log.append(names)
    return tuple({'V': ValueError, 'K': KeyError, 'L': LookupError, 'E': Exception, 'B': BaseException, 'Z': ZeroDivisionError, 'A': ArithmeticError}[n] for n in names)


def attempt(e):
    log.clear()
    try:
        if e:
            raise e
    except kinds('V'):
        r = 'value'
    except kinds('K', 'Z'):
        r = 'key or zero'
    except kinds('L'):
        r = 'lookup'
    except kinds('A'):
        r = 'arithmetic'
    except kinds('E'):
        r = 'exception'
    except BaseException:
        r = 'base'
    else:
        r = 'none'
    print(repr(e), r, [''.join(n) for n in log])


for e in ValueError(), UnicodeDecodeError('x', b'', 0, 1, 'r'), KeyError(1), IndexError(2), ZeroDivisionError(), OverflowError(), OSError(), KeyboardInterrupt(), SystemExit(3), GeneratorExit(), None:
    attempt(e)


def rebinding():
    e = 'outer'
    try:
        raise ValueError('v')
    except ValueError as e:
        inner = str(e)
        e = 'rebound'
    try:
        return inner, e
    except NameError as err:
        return inner, str(err)


print(rebinding())


def loop_var():
    out = []
    for e in (ValueError(1), KeyError(2)):
        try:
            raise e
        except ValueError as e:
            out.append('v')
        except KeyError:
            out.append(repr(e))
    return out, 'e' in locals()


print(loop_var())


def delete_inside():
    try:
        1 / 0
    except ZeroDivisionError as e:
        del e
    return 'fine'


print(delete_inside())


def nested(n):
    try:
        try:
            if n == 0:
                raise ValueError('inner')
            if n == 1:
                raise KeyError('other')
        except ValueError as e:
            raise TypeError('from handler') from e
        finally:
            if n == 2:
                raise OSError('from finally')
    except (TypeError, KeyError) as e:
        return type(e).__name__, type(e.__cause__).__name__
    except OSError as e:
        return 'os', e.__context__
    return 'nothing'


print([nested(n) for n in range(4)])


def changing():
    global Target
    Target = ValueError
    try:
        Target = KeyError
        raise KeyError('k')
    except Target:
        return 'late lookup'


print(changing())


class Meta(type):
    def __subclasscheck__(cls, c):
        print('never asked')
        return True


class Odd(Exception, metaclass=Meta):
    pass


def odd():
    try:
        raise ValueError('plain')
    except Odd:
        return 'odd'
    except ValueError:
        return 'value'


print(odd())
for bad in 5, 'ValueError', None, int, [ValueError], (ValueError, 5), (KeyError, 'x'), object:
    try:
        try:
            raise OSError('raised')
        except bad:
            print('caught by', bad)
    except TypeError as e:
        print(type(e).__name__, e, '| context', repr(e.__context__))
    except OSError as e:
        print('passed', bad)
try:
    try:
        pass
    except undefined_never_evaluated:
        pass
    print('lazy')
finally:
    print('done')
try:
    raise KeyError('x')
except undefined_name:
    pass
