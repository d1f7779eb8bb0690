"""with statements: order, several managers, swallowing, errors in enter and exit, lookups on the type."""


class M:
    def __init__(self, name, swallow=False, fail=None):
        self.name, self.swallow, self.fail = name, swallow, fail

    def __enter__(self):
        print('enter', self.name)
        if self.fail == 'enter':
            raise RuntimeError('enter failed')
        return self.name

    def __exit__(self, kind, value, tb):
        print('exit', self.name, kind.__name__ if kind else None, value, tb is not None)
        if self.fail == 'exit':
            raise RuntimeError('exit failed')
        return self.swallow


def show(f):
    try:
        print('result', f())
    except Exception as e:
        print('raised', type(e).__name__, e, '| context', repr(e.__context__))


def two():
    with M('a') as a, M('b') as b:
        return a + b


def parenthesised():
    with (
        M('a') as a,
        M('b'),
        M('c') as c,
    ):
        return a + c


def swallowed():
    with M('outer'), M('inner', swallow=True):
        raise ValueError('v')
    return 'went on'


def enter_fails():
    with M('a'), M('b', fail='enter'), M('c'):
        pass


def exit_fails():
    with M('a', swallow=True):
        with M('b', fail='exit'):
            raise ValueError('original')
    return 'fine'


def exit_fails_out():
    with M('b', fail='exit'):
        raise ValueError('original')


def loop():
    for i in range(3):
        with M(i):
            if i == 0:
                continue
            if i == 1:
                break
    return i


def targets():
    d = {}
    with M('k') as d['x'], M('pq') as (p, q), M('z') as [*r]:
        return d, p, q, r


def nested_return():
    with M('a'):
        with M('b'):
            try:
                return 'r'
            finally:
                print('finally')


for f in two, parenthesised, swallowed, enter_fails, exit_fails, exit_fails_out, loop, targets, nested_return:
    print('--', f.__name__)
    show(f)


class NoExit:
    def __enter__(self): pass


class NoEnter:
    def __exit__(self, *a): pass


class OnInstance:
    pass


o = OnInstance()
o.__enter__ = o.__exit__ = lambda *a: None


class Truthy(M):
    def __exit__(self, *a):
        class T:
            def __bool__(self):
                raise KeyError('bool of exit')
        return T()


def w(x):
    with x:
        raise IndexError('body')


for x in NoExit(), NoEnter(), o, 5, None, 'x', M, Truthy('t'):
    show(lambda: w(x))
w(M('last'))
