"""try/finally/else with return, break, continue, nested, in loops: what value and what order."""


def trace(f, *a):
    log = []
    try:
        r = f(log, *a)
        print(f.__name__, a, '->', r, log)
    except BaseException as e:
        print(f.__name__, a, 'raised', repr(e), log)


def ret(log):
    try:
        log.append('try')
        return log.append('value') or 'r'
    finally:
        log.append('finally')


def override(log):
    try:
        return 'try'
    finally:
        return 'finally'


def ret_value_fixed(log):
    x = 1
    try:
        return x
    finally:
        x = 2
        log.append(x)


def loop(log, mode):
    for i in range(4):
        try:
            log.append(i)
            if i == 1:
                if mode == 'break':
                    break
                if mode == 'continue':
                    continue
                if mode == 'return':
                    return 'ret'
                if mode == 'raise':
                    raise ValueError(i)
            log.append('end')
        except ValueError as e:
            log.append(repr(e))
        else:
            log.append('else')
        finally:
            log.append('f')
    else:
        log.append('loop else')
    return 'after'


def nested(log):
    for i in 'ab':
        try:
            try:
                if i == 'a':
                    continue
                return i
            finally:
                log.append('inner ' + i)
        finally:
            log.append('outer ' + i)


def continue_in_finally(log):
    for i in range(3):
        try:
            1 / 0
        finally:
            log.append(i)
            continue
    return 'done'


def while_else(log, n):
    while n:
        n -= 1
        try:
            if n == 2:
                break
        finally:
            log.append(n)
    else:
        return 'else'
    return 'broke'


def raise_in_else(log):
    try:
        log.append('try')
    except ValueError:
        log.append('wrong')
    else:
        raise ValueError('from else')
    finally:
        log.append('finally')


def except_in_except(log):
    try:
        raise KeyError(1)
    except KeyError:
        try:
            raise ValueError(2)
        except ValueError as e:
            log.append(repr(e.__context__))
        raise


def deep(log):
    try:
        try:
            try:
                return 1
            finally:
                log.append('a')
        finally:
            log.append('b')
            1 / 0
    except ZeroDivisionError:
        log.append('c')
        return 2
    finally:
        log.append('d')


def name_unbound(log):
    e = 'before'
    try:
        raise ValueError
    except ValueError as e:
        log.append(type(e).__name__)
    return e


trace(ret)
trace(override)
trace(ret_value_fixed)
for mode in 'break', 'continue', 'return', 'raise', 'none':
    trace(loop, mode)
trace(nested)
trace(continue_in_finally)
trace(while_else, 2)
trace(while_else, 5)
trace(raise_in_else)
trace(except_in_except)
trace(deep)
trace(name_unbound)
try:
    pass
finally:
    raise SystemError('from the last finally')
