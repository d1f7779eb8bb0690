"""Postponed annotations, string annotations, evaluation through typing."""
from __future__ import annotations

import typing


def f(a: int, b: List[Undefined] = 1, *args: 'quoted', c: x if y else z, **kw: lambda q: q) -> {'k': [1, (2, 3)]}:
    local: NotEvaluated = 5
    return local


print(f.__annotations__)


class C:
    x: int = 1
    y: Missing[1:2, ..., 'a']
    _z: f'{1}' + "it's"
    self: C

    def m(self, other: C) -> list[C]:
        return [other]


print(C.__annotations__, C.m.__annotations__)
print(typing.get_type_hints(C.m), typing.get_type_hints(C, localns={'Missing': {(slice(1, 2), ..., 'a'): 'found'}.get} ) if False else '')
a: b.c[d] = 1
(e): never = 2
print(__annotations__, a, e)
for name in 'int', '(1, 2)', 'lambda: x', 'x if y else z', '-1', 'not x', '[i for i in y]', '"quoted"', 'x.y[z](*w)', 'a | b', '{1: 2}', 'await_', '...', 'f"{x}"', '1.50', '"a" "b"', 'x[1:2, ::3]', '(yield_)', 'a < b < c', '*x,':
    scope = {}
    try:
        exec(f'from __future__ import annotations\nv: {name}', scope)
        print(name, '->', scope['__annotations__'])
    except SyntaxError as error:
        print(name, '->', error.msg)
print((lambda q: q).__annotations__, typing.get_type_hints(f, {'List': dict, 'Undefined': 'k', 'y': 0, 'z': int, 'quoted': str, 'x': 1}, None) if False else sorted(f.__annotations__))
import dataclasses


@dataclasses.dataclass
class P:
    x: int
    y: typing.ClassVar[int] = 3
    z: dataclasses.InitVar[int] = 0

    def __post_init__(self, z):
        self.total = self.x + z


print(P(1), P(1, 2).total, [(field.name, field.type) for field in dataclasses.fields(P)])
typing.get_type_hints(f)
