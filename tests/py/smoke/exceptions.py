"""Raising, catching, cleaning up, and dying of what nobody catches."""


def careful(f, *args):
    try:
        result = f(*args)
    except (ZeroDivisionError, ValueError) as e:
        print('caught', type(e).__name__, e)
    except KeyError as e:
        print('key', e, e.args)
    else:
        print('fine', result)
    finally:
        print('finally')


careful(lambda a: 1 / a, 2)
careful(lambda a: 1 / a, 0)
careful(int, 'x1')
careful({}.__getitem__, 'missing')


def nested():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                return 'returned'
        finally:
            print('leaving', i)


print(nested())


class Custom(Exception):
    def __init__(self, code):
        super().__init__(f'code {code}')
        self.code = code


try:
    try:
        {}['k']
    except KeyError as e:
        raise Custom(7) from e
except Custom as e:
    print(e, e.code, repr(e.__cause__), e.__suppress_context__)
print(careful.__name__)
raise Custom(3)
