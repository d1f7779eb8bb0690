"""Sorting keys whose comparison is built in, all of one type and of several, and what becomes of those that can't be compared."""
import datetime
import random
from collections import namedtuple
from decimal import Decimal, InvalidOperation

rng = random.Random(6)
P = namedtuple('P', 'x y')


class OwnDate(datetime.date):
    def __lt__(self, other):
        return datetime.date.__gt__(self, other)


class Plain(int):
    pass


makers = {
    'decimal': lambda: Decimal(rng.randrange(-500, 500)) / 4,
    'date': lambda: datetime.date(2000 + rng.randrange(30), 1, 1 + rng.randrange(28)),
    'own': lambda: OwnDate(2000 + rng.randrange(30), 1, 1), 'delta': lambda: datetime.timedelta(rng.randrange(-50, 50), rng.randrange(60)),
    'bytes': lambda: bytes([rng.randrange(256) for _ in range(rng.randrange(4))]), 'big': lambda: rng.randrange(2 ** 70, 2 ** 71),
    'list': lambda: [rng.randrange(3), rng.randrange(3), 'x'], 'named': lambda: P(rng.randrange(5), rng.randrange(5)),
    'subset': lambda: frozenset(rng.randrange(4) for _ in range(3)), 'plain': lambda: Plain(rng.randrange(50)),
    'both': lambda: rng.choice([1, 2 ** 70, -2 ** 70, Plain(4), 2.5]), 'bytearray': lambda: bytearray([rng.randrange(5), 1]),
    'tuple': lambda: () if rng.random() < .1 else (rng.randrange(9), Decimal(rng.randrange(9)))}
for name, make in makers.items():
    for n in (2, 5, 40, 700):
        l = [make() for _ in range(n)]
        s, r = sorted(l), sorted(l, reverse=True)
        k = sorted(range(n), key=l.__getitem__)
        print(name, n, s[0], s[-1], r[0], k[:6], str(s) == str([l[i] for i in k]), sorted(map(str, s)) == sorted(map(str, l)))

bad = [[Decimal(1), Decimal('NaN'), Decimal(2)],
       [datetime.datetime(2020, 1, 1), datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)],
       [print, len], [1j, 2j], [None, None], [object(), object()], [{}, {}], [range(2), range(3)],
       [datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1)],
       [[1], ['a']], [[1, None], [1, None]], [b'a', 'a'], [type, int], [(), ((), None), ((), 1)]]
for l in bad:
    before = list(l)
    try:
        l.sort()
        print('sorted', len(l))
    except (TypeError, InvalidOperation) as e:
        print(type(e).__name__, str(e) if isinstance(e, TypeError) else '', len(l) == len(before) and all(a is b for a, b in zip(l, before)))
