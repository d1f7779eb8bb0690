"""inspect and types over functions, classes, frames, generators; signatures of Python code."""
import inspect
import types


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def f(a, b: int = 1, /, c=None, *args, d, e: 'str' = 'x', **kw) -> list:
    """Doc of f.

    indented
    """
    return []


class C:
    """class doc"""
    attr = 1

    def method(self, x, y=2): ...

    @classmethod
    def cm(cls, z): ...

    @staticmethod
    def sm(*, k=1): ...

    @property
    def prop(self): return 1

    def __call__(self, q): ...


class D(C):
    def __init__(self, n, *rest): ...


async def coro(): ...


def gen():
    yield 1


async def agen():
    yield 1

s = inspect.signature(f)
print(s, list(s.parameters), s.return_annotation, s.parameters['b'].default, s.parameters['args'].kind, s.parameters['e'].annotation, repr(s.parameters['d']), s.parameters['c'].empty is inspect._empty)
for x in C.method, C().method, C.cm, C.sm, C, D, C(), lambda *a, b=(1, 2), **k: 0, lambda x, /: 0, lambda *, y: 0, types.SimpleNamespace(__call__=1).__class__ if False else f:
    show(lambda: inspect.signature(x))
b = s.bind(1, 2, 3, 4, d=5, z=6)
b.apply_defaults()
print(b.arguments, b.args, b.kwargs, s.bind_partial(1).arguments)
show(lambda: s.bind())
show(lambda: s.bind(1, nope=1))
show(lambda: s.bind(1, d=1, a=2).arguments)
show(lambda: inspect.signature(lambda x: 0).bind(1, 2))
show(lambda: inspect.signature(5))
print(s.replace(parameters=[]), inspect.getdoc(f), inspect.getdoc(D), inspect.cleandoc('  a\n    b\n  c'), inspect.getmodule(f).__name__, inspect.getfullargspec(f))
for name in 'isfunction', 'ismethod', 'isclass', 'isgeneratorfunction', 'isgenerator', 'iscoroutinefunction', 'iscoroutine', 'isasyncgenfunction', 'isbuiltin', 'isroutine', 'ismodule', 'iscode', 'isframe', 'istraceback', 'isdatadescriptor', 'ismethoddescriptor', 'isgetsetdescriptor', 'ismemberdescriptor', 'isabstract':
    g = getattr(inspect, name)
    print(name, [int(bool(g(x))) for x in (f, C().method, C, gen, gen(), coro, agen, len, [].append, inspect, f.__code__, inspect.currentframe(), C.prop, str.upper, types.FunctionType.__code__, C.__dict__['cm'])])
print([n for n, v in inspect.getmembers(C, inspect.isfunction)], [a.name + ' ' + a.kind for a in inspect.classify_class_attrs(D) if a.defining_class in (C, D) and not a.name.startswith('__')], [k.__name__ for k in inspect.getmro(D)], inspect.getattr_static(C(), 'prop') is C.__dict__['prop'])
print(inspect.getsource(C.method), end='')
print(inspect.getsource(gen), inspect.getsourcelines(D)[1], inspect.getsourcefile(f).endswith('inspect_use.py'), inspect.getcomments(gen), inspect.unwrap(f) is f)
show(lambda: inspect.getsource(len))
show(lambda: inspect.getsource(5))


def outer():
    x = 1

    def inner():
        return x, undefined_global, len
    return inner


print(inspect.getclosurevars(outer()).nonlocals, inspect.getclosurevars(outer()).builtins, inspect.getclosurevars(outer()).unbound)


def frames():
    fr = inspect.currentframe()
    info = inspect.getframeinfo(fr)
    return info.function, info.lineno - frames.__code__.co_firstlineno, inspect.getargvalues(fr).args, [i.function for i in inspect.stack()][:2], info.code_context[0].strip()


print(frames())
ns = types.SimpleNamespace(a=1, b='x')
ns.c = [ns.a]
print(ns, ns == types.SimpleNamespace(a=1, b='x', c=[1]), vars(ns), types.MappingProxyType({'k': 1}), types.MappingProxyType({'k': 1}) | {'z': 2}, types.new_class('N', (C,), {}, lambda d: d.update(q=5)).q, types.resolve_bases((C,)), types.DynamicClassAttribute.__name__, types.GenericAlias(list, (int,)))
show(lambda: types.SimpleNamespace(1))
show(lambda: types.MappingProxyType(5))
show(lambda: types.MappingProxyType({})['x'])
show(lambda: types.MappingProxyType({}).__setitem__('a', 1))
show(lambda: del_ns())
coro().close()
inspect.signature(f).bind(1, 2, 3)
