# What a program puts into the fields of a Unicode error is shown as far as it can be.
def show(error, **fields):
    for name, value in fields.items():
        setattr(error, name, value)
    print(type(error).__name__, str(error))


def decode():
    return UnicodeDecodeError('ascii', b'\xff\xfe', 0, 1, 'why')


def encode():
    return UnicodeEncodeError('ascii', '\xe9x', 0, 1, 'why')


def translate():
    return UnicodeTranslateError('\xe9x', 0, 1, 'why')


for make in decode, encode, translate:
    show(make())
    show(make(), end=2)
    show(make(), start=-1)
    show(make(), start=5, end=6)
    show(make(), reason=7)
    error = make()
    del error.object
    show(error)
show(decode(), encoding=[1])
show(decode(), object=5, end=2)
show(decode(), object=1 << 70, end=2)
show(decode(), object=bytearray(b'abc'), end=3)
show(encode(), object='abc', end=3)
