"""Methods of built-in types called from machine code: known ones, of subclasses, taken from the type, with exceptions."""
def f(x, m):
    return x.upper(), x.replace('a', 'b'), x.find('c', 1), x.center(9, '*'), [1].pop(), x.split(None, 1), x.join(['1','2'])
def g(x):
    t = str
    return t.upper(x), x.startswith('a') and x.endswith('c')
def h(x, c):
    return x.join([c(i) for i in range(3)]) if c else x.title()
def bad(l):
    return l.index(7)
for i in range(6000):
    r = f('abc', 0), g('abc'), h('-', str), h('ab', None)
print(r)
class S(str):
    def upper(self): return 'mine'
print(f(S('abc'), 0), g(S('abc')))
for i in range(3000):
    try: bad([1,2])
    except ValueError as e: m = str(e)
print(m)


def either(o, k):
    # The same site with a method, and with one that comes unbound from its type.
    return o.lower(*k) if len(k) > 1 else o.lower(k[0]) if k else o.lower()


for i in range(4000):
    r = either('ABC', ()), either(str, ('DEF',))
print(r)


class Own:
    def __init__(self):
        self.lower = lambda: 'own'


print(either(Own(), ()))
try:
    either(str, ())
except TypeError as e:
    print(e)


def between(l, g):
    # What is called for the argument changes the list's class's instance, not the method that was found.
    l.append(g(l))
    return l.pop(), l


class L(list):
    pass


def change(l):
    L.append = lambda self, x: print('never')
    del L.append
    l.extend('xy')
    return len(l)


for i in range(4000):
    r = between([1], len)
print(r, between(L('ab'), change))
