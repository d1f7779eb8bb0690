"""Changing a dict or set while it is iterated, compared, hashed or printed."""


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def add_while():
    d = {1: 1, 2: 2}
    for k in d:
        d[k + 10] = 1


def del_while():
    d = {1: 1, 2: 2, 3: 3}
    for k in d:
        del d[k]


def swap_while():
    d = {1: 1, 2: 2, 3: 3}
    out = []
    for k in d:
        out.append(k)
        if k < 5:
            del d[k]
            d[k + 10] = 1
    return out


def change_value():
    d = {1: 1, 2: 2}
    for k in d:
        d[k] = 'new'
    return d


def add_items():
    d = {1: 1}
    for k, v in d.items():
        d['x'] = 1


def add_values():
    d = {1: 1}
    for v in d.values():
        d.clear()


def set_add():
    s = {1, 2}
    for x in s:
        s.add(x + 100)


def set_remove():
    s = {1, 2, 3}
    for x in s:
        s.discard(x)


def rev():
    d = {1: 1, 2: 2}
    for k in reversed(d):
        d[9] = 1


def after_error():
    d = {1: 1, 2: 2}
    it = iter(d)
    next(it)
    d[3] = 3
    for _ in range(2):
        try:
            next(it)
        except RuntimeError as e:
            print(e, end='; ')
    return list(iter(d))


def exhausted():
    d = {1: 1}
    it = iter(d)
    list(it)
    d[2] = 2
    return list(it), it.__length_hint__()


for f in add_while, del_while, change_value, add_items, add_values, set_add, set_remove, rev, after_error, exhausted:
    show(f)


class Evil:
    def __init__(self, d, name):
        self.d, self.name = d, name

    def __hash__(self):
        return 5

    def __eq__(self, other):
        if self.d:
            self.d.clear()
        return self is other

    def __repr__(self):
        self.d.pop('k', None)
        return self.name


d = {}
d[Evil(d, 'e1')] = 1
d[Evil(d, 'e2')] = 2
print(len(d))
d = {'k': 1}
d['e'] = Evil(d, 'shrinks')
show(lambda: repr(d))


class Grow:
    def __eq__(self, o):
        d2['g%d' % len(d2)] = 1
        return True

    __hash__ = None


d2 = {'a': Grow()}
show(lambda: d2 == {'a': 1})
show(lambda: len(d2))


class HashChange:
    n = 1

    def __hash__(self):
        return self.n


h = HashChange()
d = {h: 'v'}
h.n = 2
print(h in d, list(d) == [h], d.get(h))
h.n = 1
print(h in d)


class RaiseEq:
    def __hash__(self):
        return 1

    def __eq__(self, o):
        raise ValueError('eq raised')


d = {RaiseEq(): 1}
for f in (lambda: d[RaiseEq()], lambda: d.get(RaiseEq()), lambda: RaiseEq() in d, lambda: d.setdefault(RaiseEq(), 2), lambda: d.pop(RaiseEq()), lambda: d.update({RaiseEq(): 3}), lambda: {*d, RaiseEq()}, lambda: d | {RaiseEq(): 2}, lambda: [RaiseEq()].index(1), lambda: 5 in [RaiseEq()]):
    show(f)
l = [1, 2, 3]
l2 = []
for x in l:
    l2.append(x)
    if len(l) < 6:
        l.append(x * 10)
print(l2)
for x in {1: 'a'}:
    {}[x]
