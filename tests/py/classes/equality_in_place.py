# == and != by methods in Python at busy sites: other classes, strs and numbers at the same site, methods that change.
import sys


class P:
    def __init__(self, x):
        self.x = x

    def __eq__(self, other):
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self.x == other.x

    def __hash__(self):
        return hash(self.x)


class Q(P):
    pass


class R:
    def __eq__(self, other):
        return ['truthy']

    def __ne__(self, other):
        return []


def count(pairs, times):
    equal = differ = jumped = 0
    for _ in range(times):
        for a, b in pairs:
            r = a == b
            s = a != b
            if r:
                equal += 1
            if s:
                differ += 1
            if a == b:
                jumped += 1
            if a != b:
                jumped += 100
            elif not a == b:
                jumped += 10000
    return equal, differ, jumped


def last(a, b, times):
    for _ in range(times):
        r = a == b, a != b
    return r


p, q = P(1), P(1)
print(count([(p, q), (p, P(2))], 1500))
print(last(p, q, 3000), last(p, 1, 10), last(p, Q(1), 10), last(Q(1), p, 10), last(p, R(), 10), last(R(), p, 10))
print(count([(p, q), (p, 'x'), ('x', 'x'), (1, 1), (1.5, p), (Q(1), p), (p, R()), (R(), p), (None, p), (p, None)], 500))
P.__eq__ = lambda self, other: self.x < other.x
print(count([(p, q), (p, P(2))], 50), last(p, P(3), 3000))
P.__ne__ = lambda self, other: 'ne'
print(last(p, P(3), 3000))
del P.__ne__
del P.__eq__
print(last(p, q, 50), last(p, p, 50))


def raises(self, other):
    raise KeyError(self.x)


P.__eq__ = raises


def caught(times):
    n = 0
    for _ in range(times):
        try:
            if p == q:
                n += 1000000
        except KeyError as e:
            n += 1
            depth = e.__traceback__.tb_next.tb_frame.f_code.co_name
    return n, depth


print(caught(2000))


def itself(self, other):
    return self == other


P.__eq__ = itself
try:
    p == q
except RecursionError:
    print('too deep')


class T:
    def __init__(self, v):
        self.v = v

    def __bool__(self):
        return self.v


P.__eq__ = lambda self, other: T(other.x > 1)
print(count([(p, q), (p, P(2))], 1000))
