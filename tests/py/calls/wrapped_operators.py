# Operators, comparisons and subscripts whose methods are wrapped by functions that take any arguments.
import functools


def wrap(f):
    @functools.wraps(f)
    def inner(*args, **kw):
        return f(*args, **kw)
    return inner


class V:
    def __init__(self, x):
        self.x = x
    @wrap
    def __add__(self, other):
        return V(self.x + other.x) if isinstance(other, V) else NotImplemented
    @wrap
    def __radd__(self, other):
        return V(self.x + other)
    @wrap
    def __iadd__(self, other):
        self.x += 1
        return self
    @wrap
    def __eq__(self, other):
        return isinstance(other, V) and self.x == other.x
    @wrap
    def __lt__(self, other):
        return self.x < other.x
    @wrap
    def __getitem__(self, i):
        if i == 9: raise IndexError('nine')
        return self.x, i
    @wrap
    def __mul__(self, *rest):
        return self.x, rest
    def __sub__(*args):
        return len(args), args[1]
    def __or__(self, other, third=3, *more):
        return self.x, other, third, more
    def __and__(*args, key):
        return args
    def __xor__(*args):
        yield args[1]


def all_of_them(k):
    a, b = V(k), V(2)
    c = a
    c += b
    r = [(a + b).x, (1 + a).x, c is a, a == b, a != b, a < b, a > b, a[-k], a * 5, a - 7, a | 1, list(a ^ 4), [1 if a == b else 0, 2 if a < b else 3]]
    for f in (lambda: a + 'x', lambda: a[9], lambda: a & 1, lambda: a >= b):
        try:
            r.append(f())
        except Exception as e:
            r.append((type(e).__name__, str(e)))
    return r


for k in range(400):
    r = all_of_them(k)
print(r)
import typing
def generic():
    return typing.List[int], typing.Optional[str], typing.Dict[str, typing.List[int]], typing.Union[int, str, int]
for k in range(400):
    r = generic()
print(r)
