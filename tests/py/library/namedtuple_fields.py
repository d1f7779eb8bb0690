# Fields of named tuples at sites that have seen much.
from collections import namedtuple
from typing import NamedTuple
P = namedtuple('P', 'x y z')
class Q(NamedTuple):
    y: int
    x: int = 5
    def total(self):
        return self.x + self.y
class Short(P):
    pass
def fields(p):
    try:
        return p.x, p.y
    except (IndexError, AttributeError) as e:
        return type(e).__name__, str(e)
things = [P(1, 2, 3), Q(7), P(None, 'a', 2), Short(4, 5, 6), tuple.__new__(P, (9,)), tuple.__new__(Short, ()), (1, 2)]
for k in range(40):
    out = [fields(p) for p in things]
    if k in (0, 20, 39):
        print(out)
    if k == 25:
        Short.x = property(lambda self: 'changed')
    if k == 30:
        P.x = 17
print(sum(Q(i).total() for i in range(50)), P._fields)
try:
    things[0].y = 5
except AttributeError as e:
    print(e)
