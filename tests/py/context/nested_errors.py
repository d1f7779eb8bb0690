"""Errors in bodies, exits and enters of nested with statements, and the contexts they end up with."""


class M:
    log = []

    def __init__(self, name, enter=None, exit=None, swallow=False):
        self.name, self.enter, self.exit, self.swallow = name, enter, exit, swallow

    def __enter__(self):
        self.log.append(f'+{self.name}')
        if self.enter:
            raise self.enter
        return self

    def __exit__(self, kind, value, tb):
        self.log.append(f'-{self.name}({kind.__name__ if kind else ""})')
        if self.exit:
            raise self.exit
        return self.swallow


def chain(e):
    out = []
    while e:
        out.append(f'{type(e).__name__}({e})')
        e = e.__cause__ or e.__context__
    return ' <- '.join(out)


def run(title, f):
    M.log.clear()
    try:
        result = f()
    except Exception as e:
        result = chain(e)
    print(f'{title:14}', result, M.log)


def body(*managers, error=None, value='ok'):
    if not managers:
        if error:
            raise error
        return value
    with managers[0]:
        return body(*managers[1:], error=error, value=value)
    return 'after with'


V, K, O = ValueError, KeyError, OSError
run('plain', lambda: body(M('a'), M('b')))
run('body', lambda: body(M('a'), M('b'), error=V('v')))
run('swallow in', lambda: body(M('a'), M('b', swallow=True), error=V('v')))
run('swallow out', lambda: body(M('a', swallow=True), M('b'), error=V('v')))
run('exit', lambda: body(M('a'), M('b', exit=K('k')), error=V('v')))
run('both exits', lambda: body(M('a', exit=O('o')), M('b', exit=K('k')), error=V('v')))
run('exit no error', lambda: body(M('a', exit=O('o')), M('b')))
run('enter', lambda: body(M('a'), M('b', enter=K('k')), M('c')))
run('enter swallow', lambda: body(M('a', swallow=True), M('b', enter=K('k'))))
run('enter first', lambda: body(M('a', enter=V('e')), M('b')))
run('replaced', lambda: body(M('a', swallow=True), M('b', exit=K('k')), error=V('v')))


def in_loop():
    out = []
    for i in range(4):
        with M(i, swallow=True):
            if i == 1:
                continue
            if i == 2:
                raise V('loop')
            out.append(i)
    return out


def generator():
    with M('g'):
        yield 1
        yield 2


def partial():
    g = generator()
    next(g)
    del g
    return 'dropped'


def thrown():
    g = generator()
    next(g)
    g.throw(V('thrown'))


def return_in_finally():
    with M('f'):
        try:
            raise V('lost')
        finally:
            return 'finally wins'


def same_again():
    m = M('again')
    with m, m:
        with m:
            return 'reentered'


def exit_reraises():
    class R(M):
        def __exit__(self, k, v, t):
            raise v
    with R('r'):
        raise V('same')


def exit_changes():
    class R(M):
        def __exit__(self, k, v, t):
            v.args = ('changed',)
    with R('r'):
        raise V('original')


def unpack():
    class P(M):
        def __enter__(self):
            return 1, (2, 3)
    with P('p') as (a, (b, c)), P('q') as [d, e]:
        return a, b, c, d, e


def unpack_fails():
    with M('u') as (a, b):
        return 'never'


for f in in_loop, partial, thrown, return_in_finally, same_again, exit_reraises, exit_changes, unpack, unpack_fails:
    run(f.__name__, f)
with M('last', exit=K('from exit')):
    raise V('from body')
