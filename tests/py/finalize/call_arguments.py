"""Arguments of failing calls, defaults, keyword dictionaries, partial evaluation."""


class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print('del', self.name)


def f(a, b=None):
    print('in f', a.name)


def attempt(text):
    print('--', text)
    try:
        eval(text)
    except Exception as e:
        print(type(e).__name__)


attempt("f(N('x'))")
attempt("f(N('x'), N('y'))")
attempt("f(N('x'), N('y'), N('z'))")
attempt("f(N('x'), c=N('kw'))")
attempt("f(N('x'), 1 / 0)")
attempt("f(*[N('s1'), N('s2')])")
attempt("f(**{'a': N('k1'), 'b': N('k2')})")
attempt("f(N('1'), b=N('2'))")
attempt("(lambda q: None)(N('lam'))")
attempt("[N('l'), 1 / 0]")
attempt("{N('k'): N('v'), 1: 1 / 0}")
attempt("N('left') + N('right')")
attempt("N('sub')[N('index')]")
attempt("N('obj').nope")
attempt("N('call')(N('arg'))")
attempt("print(N('printed').name, end='!\\n')")
attempt("max(N('m1'), N('m2'))")
attempt("sorted([N('o1'), N('o2')])")
attempt("len([N('in list')])")
attempt("isinstance(N('inst'), N)")
attempt("(N('t1'), N('t2'))[0].name")
attempt("N('a') if N('test') else N('b')")
attempt("N('or1') or N('or2')")
attempt("N('and1') and N('and2')")
attempt("not N('not')")
attempt("N('c1') < N('c2')")
attempt("N('i1') is N('i2')")
attempt("f'{N(\"fs\").name}'")
attempt("N(N('inner').name + '-outer')")
attempt("(w := N('walrus')) and None")
print('== walrus kept')
del w


def default(d=N('default')):
    return d.name


print(default())
del default
print('== default gone')


def returns_temp():
    return N('ret').name


print(returns_temp())


def yields():
    yield N('yielded')
    print('resumed')


for y in yields():
    print('loop', y.name)
del y
f(N('final'), N('extra'), N('fails'))
