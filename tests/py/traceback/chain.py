"""Cause, context, suppressed context and cycles in what a traceback prints."""
import sys
import traceback


def show(f):
    try:
        f()
    except Exception:
        traceback.print_exc(file=sys.stdout)
        print('#' * 10)


def implicit():
    try:
        1 / 0
    except ZeroDivisionError:
        {}['missing']


def explicit():
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise ValueError('bad') from e


def suppressed():
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError('alone') from None


def triple():
    try:
        explicit()
    except ValueError:
        try:
            implicit()
        except KeyError as e:
            raise RuntimeError('top') from e


def in_finally():
    try:
        raise KeyError('first')
    finally:
        raise IndexError('second')


def cycle():
    a, b = ValueError('a'), ValueError('b')
    a.__cause__ = b
    b.__cause__ = a
    raise a


def class_cause():
    raise ValueError('v') from KeyError


def in_del_handler():
    try:
        raise ValueError('one')
    except ValueError as e:
        raise e


def reraise():
    try:
        1 / 0
    except ZeroDivisionError:
        print('noticed')
        raise


for f in implicit, explicit, suppressed, triple, in_finally, cycle, class_cause, in_del_handler, reraise:
    show(f)
try:
    triple()
except RuntimeError as e:
    chain = []
    while e:
        chain.append((type(e).__name__, e.__suppress_context__, e.__cause__ is None, e.__context__ is None))
        e = e.__cause__ or e.__context__
    print(chain)
explicit()
