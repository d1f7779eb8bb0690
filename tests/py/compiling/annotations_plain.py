"""Annotations evaluated in order, in modules, classes and functions; the targets they may have."""
log = []


def t(n):
    log.append(n)
    return n


a: t('a') = t('value a')
b: t('b')
(c): t('not stored') = 1
d = {}
d[t('key')]: t('item annotation') = t('item value')
print(__annotations__, log, 'b' in globals())
log.clear()


def f(x: t(1), y: t(2) = t('default'), *args: t(3), k: t(4) = t('kw default'), **kw: t(5)) -> t(6):
    z: undefined_name = 5
    w: also_undefined
    (v): undefined_too = 6
    return z, v


print(log, f.__annotations__, f(1))


class C:
    x: int = 1
    y: 'str'
    __private: float = 2.0
    if True:
        cond: bytes = b''
    for i in range(2):
        loop: i
    self_ref: 'C'


print(C.__annotations__, C.x, hasattr(C, 'y'))


class D(C):
    pass


class E(C):
    z: list = []


print(D.__annotations__ is C.__annotations__, E.__annotations__, 'x' in E.__annotations__)


def local_unbound():
    x: int
    try:
        return x
    except UnboundLocalError as e:
        return str(e)


print(local_unbound())
lam = lambda q: q
print(lam.__annotations__, len.__class__.__name__)
lam.__annotations__ = {'q': int}
print(lam.__annotations__)
del lam.__annotations__
print(lam.__annotations__)
for bad in 5, None, 'x':
    try:
        lam.__annotations__ = bad
        print(bad, lam.__annotations__)
    except TypeError as e:
        print(e)
ns = {}
exec('x: int\ny: str = "a"\nclass K:\n    z: y\n', ns)
print(ns['__annotations__'], ns['K'].__annotations__)
import types
import typing
m = types.ModuleType('m')
print(m.__annotations__, typing.get_type_hints(C), typing.get_type_hints(f) if False else '')
m.__annotations__['k'] = 1
print(m.__annotations__)
T = typing.TypeVar('T')
print(typing.Optional[int], typing.Union[int, str, None], typing.List[int], typing.Dict[str, 'C'], typing.Callable[[int], str], typing.Tuple[int, ...], typing.Any, T, typing.get_args(typing.Union[int, str]), typing.get_origin(list[int]), typing.Literal['a', 1], typing.Annotated[int, 'meta'])
print(__annotations__['b'])
e: log.nope
