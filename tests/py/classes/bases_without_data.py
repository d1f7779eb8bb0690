# A built-in type without data of its own beside another base: its calls find it, wherever it stands among the bases.
import collections
import _testcapi


class Passing:
    def __call__(self, *args):
        return super().__call__(*args)


class After(Passing, _testcapi.MethodDescriptorBase):
    def __call__(self, *args):
        return super().__call__(*args)


print(After()(0), After().__call__(1))


class Late(Passing, collections.deque):
    pass


try:
    Late()()
except AttributeError as e:
    print(e)
