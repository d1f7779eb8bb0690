"""f-strings: expressions, conversions, specs, debugging, nesting, quotes."""
x, y, name = 3, 4.5678, 'né'
d = {'k': 'v', 1: 'one'}
print(f'{x}{y}{name}', f'{x + 1}', f'{x!r}{name!r}{name!a}{name!s}', f'{y:.2f}|{y:>10.1f}|{y:<8}|', f'{{}}', f'{{{x}}}', f'{"a" "b"}', f'{d["k"]}{d[1]}')
print(f'{x=}', f'{x = }', f'{x=:5}|', f'{name=!s}', f'{name=!r:>8}', f'{x+y=:.2f}', f'{ x = }', f'{x   =   }', f'{d["k"]=}', f'{(lambda q: q * 2)(x)=}')
print(f'{y:{x}.{x-1}f}', f'{y:{"^"}{10}}', f'{x:{"0"}>{5}}', f'{x:#06x}', f'{name:*^{x * 3}}', f'{x!r:>{x}}')
print(f'{x if x > 2 else y}', f'{(x := 10)}', x, f'{x:=5}', f'{[i for i in range(3)]}', f'{ {1: 2}[1] }', f'{ {1, 2} == {2, 1} }', f'{x,}', f'{x, y}', f'{*[1, 2], 3}')
print(rf'\d{x}\n', fr'{x}\t', f'\x41{x}\N{DIGIT ONE}', f'''multi
{x}
line''', f"{'single'}" f'{"double"}', 'plain ' f'{x} ' 'mixed' rf' \w')
print(f'{not x}', f'{x == 10}', f'{x != 10}', f'{x <= 10}', f'{x >= 10}', f'{x!=3}', f'{"a" if True else "b"!r}', f'{-x}', f'{~x}', f'{x**2}', f'{x//3}', f'{x and y}')
print(f'', f'{""}', f'{"":5}|', f'{None}', f'{...}', f'{1_000}', f'{0xff}', f'{1e3}', f'{1j}', f'{b"x"}', f'{"{}"}', f'{"}"}')


class F:
    def __format__(self, spec):
        return f'<{spec}>'


print(f'{F()}', f'{F():abc}', f'{F():{x}}', f'{F():a{x}b{y:.1f}c}', f'{F()!s:.3}', f'{F():%H:%M}', f'{F(): }', f'{F()::}')


def outer():
    v = 'closure'

    def inner():
        return f'{v} {[f"{v[0]}{i}" for i in range(2)]}'
    return inner()


print(outer(), (lambda: f'{x}')(), f'{(lambda: 5)()}', f'{f"{1}"}')


class C:
    attr = f'{x}'
    text = f'{attr}!'


print(C.text, f'{C.text.upper()}', f'{C().text[0]}', f"{d['k']}", f'{len(f"{x}")}')
print(f'{undefined_name}')
