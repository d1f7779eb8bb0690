"""When loop variables, comprehension variables and unpacked parts die."""


class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print('del', self.name, end=' ')


def line(text):
    print()
    print(text, end=': ')


line('for')
for x in (N('a'), N('b'), N('c')):
    print('body', end=' ')
line('after for')
x = None
line('generator source')
for y in (N(i) for i in range(3)):
    print('got', y.name, end=' ')
del y
line('enumerate')
for i, z in enumerate([N('p'), N('q')]):
    pass
del z
line('zip')
for u, v in zip([N('1'), N('2')], [N('3'), N('4')]):
    print('pair', end=' ')
u = v = None
line('comprehension')
r = [n.name for n in [N('c1'), N('c2')]]
print(r, end=' ')
line('nested')
r = [(m.name, k.name) for m in [N('m')] for k in [N('k1'), N('k2')]]
line('star')
first, *rest = N('f'), N('r1'), N('r2')
first = None
print('first gone', end=' ')
rest.clear()
line('swap')
s, t = N('s'), N('t')
s, t = t, s
del s
print('-', end=' ')
del t
line('while')
n = 0
while N(f'cond{n}') and n < 2:
    n += 1
line('break')
for q in [N('b1'), N('b2')]:
    break
line('q still')
del q
line('dict')
for k in {N('key'): N('val')}:
    print('iter', end=' ')
del k
line('map')
for w in map(lambda i: N(f'm{i}'), range(2)):
    pass
del w
line('end')
N('last').missing
