"""What match evaluates, how often, in which order; bindings after failed patterns."""


class Log:
    def __init__(self, name, **attrs):
        self.__dict__.update(attrs)
        self.__dict__['name'] = name

    def __getattr__(self, k):
        print(f'getattr {self.name}.{k}')
        raise AttributeError(k)

    def __eq__(self, other):
        print(f'eq {self.name} {other!r}')
        return False


class Seq:
    def __init__(self, items):
        self.items = items

    def __len__(self):
        print('len', end=' ')
        return len(self.items)

    def __getitem__(self, i):
        print('get', i, end=' ')
        return self.items[i]


import collections.abc
collections.abc.Sequence.register(Seq)


def subject():
    print('subject', end=' ')
    return Seq([1, 2, 3])


match subject():
    case [1]:
        print('no')
    case [_, _, 4]:
        print('no')
    case [a, *_, 3]:
        print('yes', a)


class Mapping(collections.abc.Mapping):
    def __init__(self, d):
        self.d = d

    def __getitem__(self, k):
        print('getitem', k)
        return self.d[k]

    def __iter__(self):
        print('iter')
        return iter(self.d)

    def __len__(self):
        print('len')
        return len(self.d)


match Mapping({'a': 1, 'b': 2, 'c': 3}):
    case {'a': 2}:
        print('no')
    case {'a': 1, 'z': _}:
        print('no')
    case {'a': x, **rest}:
        print(x, rest)
l = Log('subject', x=1)
match l:
    case 5:
        pass
    case Log(x=1, y=2):
        pass
    case Log(x=v):
        print('bound', v)


def bindings(s):
    a = b = 'unset'
    match s:
        case [a, b, 0]:
            r = 1
        case [a, 1]:
            r = 2
        case {'k': a, 'j': 9}:
            r = 3
        case _:
            r = 4
    return r, a, b


print(bindings([1, 2, 0]), bindings([1, 2, 3]), bindings([5, 1]), bindings([5, 2]), bindings({'k': 'v', 'j': 8}))


def guards(x):
    match x:
        case n if print('guard 1', n):
            return 1
        case n if (m := n * 2) > 5:
            return m
        case _ if x == 1:
            return 'one'


print(guards(1), guards(3), guards(2))


class Eq:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        print('eq', self.n, other)
        return self.n == other


match Eq(3):
    case 1 | 2 | 3 | 4:
        print('found')


def loops():
    out = []
    for x in [1, 'a', None, [1]]:
        match x:
            case int():
                continue
            case None:
                break
            case _:
                out.append(x)
    return out


print(loops())


def gen(x):
    match (yield x):
        case 'stop':
            return
        case y:
            yield y


g = gen(1)
print(next(g), g.send('other'))
match Eq(1), 1 / 0:
    case _:
        pass
