"""A class whose base is still working out its order of resolution."""

class M(type):
    def mro(cls):
        if cls.__mro__ is None and cls.__name__ != 'X':
            try:
                class X(cls):
                    def __init__(self):
                        self.a = 1
            except TypeError as e:
                print(e)
        return type.mro(cls)


class A(metaclass=M):
    note: int

    def __init__(self):
        self.b = 2


print(A().b, A.__mro__)
