"""str.format: fields, attributes, indices, nesting, auto-numbering, errors; str.format_map."""
import string


class A:
    x = 5
    d = {'key': 'v', 'a b': 1, '0': 'zero'}
    l = [1, [2, 3]]

    def __getitem__(self, k):
        return f'item {k!r}'


def show(fmt, *args, **kw):
    try:
        print(repr(fmt), repr(fmt.format(*args, **kw)))
    except Exception as e:
        print(repr(fmt), type(e).__name__, e)


show('{} {}', 1, 2)
show('{1} {0} {1}', 1, 2)
show('{a} {b}', a=1, b=2)
show('{} {a} {}', 1, 2, a=3)
show('{0.x} {0.d[key]} {0.l[1][0]} {0[5]} {0[x]} {0[-1]}', A())
show('{0.d[a b]} {0.d[0]}', A())
show('{{}} {{{}}} }}{{', 1)
show('{!r} {!s} {!a}', 'é', 'é', 'é')
show('{:>{}}', 'x', 5)
show('{:{}{}}', 'x', '<', 5)
show('{0:{0}}', 5)
show('{:{:{}}}', 1, 2, 3)
show('{:d}', 5.0)
show('{')
show('}')
show('{0')
show('{0!')
show('{0!}')
show('{0!x}', 1)
show('{0!rr}', 1)
show('{0:')
show('{}', )
show('{2}', 1)
show('{a}', b=1)
show('{0.nope}', 1)
show('{0[0]}', 1)
show('{0[zz]}', {})
show('{0[0]}', [])
show('{0.}', 1)
show('{0[]}', [1])
show('{0[1}', [1])
show('{0[1]x}', [1, 2])
show('{0]}', 1)
show('{ }', 1)
show('{ 0}', 1)
show('{0 }', 1)
show('{-1}', 1)
show('{99999999999999999999}', 1)
show('{0[99999999999999999999]}', [1])
show('{} {0}', 1)
show('{0} {}', 1)
show('{a.b.c}', a=1)
show('{:{a}}', 1, a='>4')
show('{a!r:>10}', a='x')
show('é{}中', '\U0001f600')
show('{:}', 5)
show('{!s:}', 5)
show('{}' * 10, *range(10))
show('{0:%Y}', 5)
show('{\n}', **{'\n': 1})
show('{a-b}', **{'a-b': 7})
show('{class}', **{'class': 7})


class Default(dict):
    def __missing__(self, k):
        return f'?{k}'


print('{a} {b}'.format_map(Default(a=1)))
for m in [5, {}, []]:
    try:
        print('{a}'.format_map(m))
    except Exception as e:
        print(type(e).__name__, e)
print(list(string.Formatter().parse('a{b!r:c}d{{e}}{}')), string.Formatter().format('{0} {x[1]:>3}', 'a', x=[1, 2]))
try:
    list(string.Formatter().parse('{a'))
except ValueError as e:
    print(e)
print(str.format('{}', 1), '{:<{w}}|'.format('a', w=3), '{0}{0!r}'.format('q'), '{:c}{:c}'.format(72, 105))
'{0.__class__.__name__} {1}'.format(5)
