"""Calendars without the datetime module: weekdays, leap years, month tables, day counts, roman years."""
DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
NAMES = 'January February March April May June July August September October November December'.split()


class DateError(ValueError):
    pass


def leap(y):
    return y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)


def month_days(y, m):
    if not 1 <= m <= 12:
        raise DateError(f'no month {m}')
    return DAYS[m - 1] + (m == 2 and leap(y))


class Date:
    def __init__(self, y, m, d):
        if not 1 <= d <= month_days(y, m):
            raise DateError(f'{NAMES[m - 1]} {y} has no day {d}')
        self.y, self.m, self.d = y, m, d

    @property
    def ordinal(self):
        y = self.y - 1
        return y * 365 + y // 4 - y // 100 + y // 400 + sum(month_days(self.y, m) for m in range(1, self.m)) + self.d

    @classmethod
    def from_ordinal(cls, n):
        y = max(1, n * 400 // 146097)
        while cls(y + 1, 1, 1).ordinal <= n:
            y += 1
        while cls(y, 1, 1).ordinal > n:
            y -= 1
        n -= cls(y, 1, 1).ordinal
        m = 1
        while n >= month_days(y, m):
            n -= month_days(y, m)
            m += 1
        return cls(y, m, n + 1)

    weekday = property(lambda self: (self.ordinal - 1) % 7)

    def __sub__(self, o):
        return self.ordinal - o.ordinal if isinstance(o, Date) else Date.from_ordinal(self.ordinal - o)

    def __add__(self, n):
        return Date.from_ordinal(self.ordinal + n)

    def __eq__(self, o):
        return self.ordinal == o.ordinal

    def __str__(self):
        return f'{self.y:04}-{self.m:02}-{self.d:02} {"Mon Tue Wed Thu Fri Sat Sun".split()[self.weekday]}'


def table(y, m):
    first = Date(y, m, 1).weekday
    cells = ['  '] * first + [f'{d:2}' for d in range(1, month_days(y, m) + 1)]
    return [f'{NAMES[m - 1]} {y}'.center(20).rstrip(), 'Mo Tu We Th Fr Sa Su'] + [' '.join(cells[i:i + 7]) for i in range(0, len(cells), 7)]


print(*table(2024, 2), *table(1900, 2), sep='\n')
for y, m, d in (1, 1, 1), (1582, 10, 15), (1970, 1, 1), (2000, 2, 29), (2024, 12, 31), (9999, 12, 31):
    a = Date(y, m, d)
    print(a, a.ordinal, Date.from_ordinal(a.ordinal) == a, a + 1 if y < 9999 else '', a - Date(1970, 1, 1), a + 100 - 100 == a)
for n in range(1, 4_000_000, 123_457):
    assert Date.from_ordinal(n).ordinal == n
easter = lambda y: (lambda a, b, c, d, e: (22 + d + e) if d + e < 10 else (d + e - 9))(y % 19, y % 4, y % 7, (19 * (y % 19) + 24) % 30, (2 * (y % 4) + 4 * (y % 7) + 6 * ((19 * (y % 19) + 24) % 30) + 5) % 7)
print([easter(y) for y in range(1995, 2005)], sum(leap(y) for y in range(1, 2001)), [y for y in range(1890, 1910) if leap(y)], sum(1 for y in range(1901, 2001) for m in range(1, 13) if Date(y, m, 1).weekday == 6))
for bad in (2023, 2, 29), (2024, 13, 1), (2024, 0, 1), (2024, 4, 31), (2024, 1, 0), ('x', 1, 1):
    try:
        print(Date(*bad))
    except (DateError, TypeError) as e:
        print(type(e).__name__, e)
Date(1900, 2, 29)
