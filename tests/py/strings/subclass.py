"""Subclasses of str: results are plain, hooks are honoured."""


class S(str):
    def __new__(cls, value='', tag=None):
        self = super().__new__(cls, value)
        self.tag = tag
        return self

    def __repr__(self):
        return f'S({str.__repr__(self)})'


s = S('abc', tag=1)
print(s, repr(s), s.tag, s + 'd', type(s + 'd').__name__, type(s[:]).__name__, type(s.upper()).__name__, type(s.strip()).__name__, type(str(s)).__name__)
print(type(s * 1).__name__, type(''.join([s])).__name__, type(s.replace('x', 'y')).__name__, type(f'{s}').__name__, type('%s' % s).__name__, type('{}'.format(s)).__name__, type(s.__str__()).__name__)
print({s: 1}['abc'], {'abc': 2}[s], s == 'abc', 'abc' == s, hash(s) == hash('abc'), s in 'xabcx', s in ['abc'], isinstance(s, str))


class Str:
    def __str__(self):
        return S('from str')

    def __repr__(self):
        return S('from repr')

    def __format__(self, spec):
        return S('from format')


print(type(str(Str())).__name__, type(repr(Str())).__name__, type(format(Str())).__name__, str(Str()), f'{Str()}', f'{Str()!r:>15}', '%s %r' % (Str(), Str()))


class Upper(str):
    def __eq__(self, other):
        return str.upper(self) == str.upper(other)

    __hash__ = None


u = Upper('AbC')
print(u == 'aBc', 'aBc' == u, u != 'abc', 'x' + u)
try:
    {u}
except TypeError as e:
    print(e)


class Weird(str):
    def __str__(self):
        return 'weird'

    def __len__(self):
        return 99

    def __getitem__(self, i):
        return '?'

    def __iter__(self):
        return iter('iter')

    def __contains__(self, x):
        return x == 'zz'

    def __format__(self, spec):
        return 'fmt' + spec

    def __mod__(self, other):
        return 'mod'

    def __add__(self, other):
        return 'add'

    def __radd__(self, other):
        return 'radd'


w = Weird('data')
print(str(w), len(w), w[0], list(w), 'zz' in w, f'{w:x}', w % 1, w + 1, 'a' + w, ''.join(['<', w, '>']), w.upper(), w.encode(), print(w, end='|'))
print(str.__len__(w), str.__getitem__(w, 0), str.__add__('a', w), [w], 'x%s' % w, '{}'.format(w), '{0[0]}'.format(w))
S.__new__(int)
