"""__format__ in f-strings and format(): nested fields, own mini-languages, inheritance, errors, conversions."""


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __format__(self, spec):
        if not spec:
            return str(self)
        code, _, rest = spec.partition('|')
        if code == 'acct':
            text = f'({-self.cents / 100:.2f})' if self.cents < 0 else f'{self.cents / 100:.2f}'
        elif code in ('usd', 'eur'):
            text = {'usd': '$', 'eur': '€'}[code] + f'{self.cents / 100:,.2f}'
        else:
            raise ValueError(f'unknown money format {code!r}')
        return format(text, rest)

    def __str__(self):
        return f'{self.cents}c'

    def __repr__(self):
        return f'Money({self.cents})'


m = Money(-123456)
print(f'{m} {m!r} {m!s:>10} {m:acct} {m:usd} {m:eur|>15} {m:acct|*^14}', '{:acct}'.format(m), format(m), format(m, 'usd'), '%s' % m)
w, code = 20, 'usd'
print(f'{m:{code}|>{w}}', f'{m:{code}|{"<"}{w}}.', f'{m:{"acct"}}', '{0:{1}|>{2}}'.format(m, code, w), f'{m=}', f'{m=!s}', f'{m=:usd}')
for spec in 'gbp', 'usd|zz', '|5', 'acct|=5', 'acct|d', ' ':
    try:
        print(repr(f'{m:{spec}}'))
    except ValueError as e:
        print(spec, e)


class Temp(float):
    def __format__(self, spec):
        if spec.endswith('F'):
            return format(self * 9 / 5 + 32, spec[:-1] + 'f') + '°F'
        if spec.endswith('C'):
            return super().__format__(spec[:-1] + 'f') + '°C'
        return super().__format__(spec)


t = Temp(21.5)
print(f'{t:.1F} {t:.2C} {t} {t:8.3f}| {t:e} {t!r} {t:%}')


class Vec(tuple):
    def __format__(self, spec):
        return '<' + ', '.join(format(x, spec) for x in self) + '>'


v = Vec((1, 2.5, -3))
print(f'{v} {v:.2f} {v:>6} {v:+}', f'{Vec(())}', f'{Vec((Vec((1,)), v)):.1f}' if False else f'{Vec((1, 2)):03d}')
try:
    print(f'{v:d}')
except ValueError as e:
    print(e)


class Deleg:
    def __init__(self, x):
        self.x = x

    def __getattr__(self, n):
        return getattr(self.x, n)


try:
    print(f'{Deleg(5):>5}')
except TypeError as e:
    print(e)
print(f'{Deleg(5)!s:.10}'[:10])


class BadType:
    def __format__(self, spec):
        return 5


class Raises:
    def __format__(self, spec):
        raise KeyError(spec)


class StrSub(str):
    def __format__(self, spec):
        return StrSub('formatted')


for f in (lambda: f'{BadType()}', lambda: format(BadType(), 'x'), lambda: '{}'.format(BadType()), lambda: f'{Raises():abc}', lambda: format(1, 5), lambda: format(1, None), lambda: format(), lambda: format(1, b'x'), lambda: object().__format__('x'), lambda: object().__format__(5), lambda: f'{object():>5}', lambda: f'{None:d}', lambda: f'{[]:5}', lambda: f'{1:{None}}', lambda: f'{1:{5}{"d"}}', lambda: f'{"x":{-5}}', lambda: f'{1:{"<"}{"10"}}|', lambda: type(f'{StrSub("q")}').__name__, lambda: type(format(StrSub('q'))).__name__, lambda: f'{StrSub("q")!s:>5}', lambda: f'{3.7:{"." + "0" + "f"}}', lambda: f'{255:{"#"}{"x"}}', lambda: f'{"a":{"é"}^{5}}'):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)
rows = [('id', 'name', 'score'), (1, 'ann', 9.5), (20, 'bob', 10.25)]
widths = [max(len(f'{r[i]}') for r in rows) for i in range(3)]
for r in rows:
    print(' '.join(f'{c:{">" if isinstance(c, (int, float)) else "<"}{w}}' for c, w in zip(r, widths)))
f'{m:yen}'
