# interpreter: -X jit=auto -X jit-threshold=2 -X jit-memory=256K
# Functions are made and called for ever: code memory stays within its limit, and what is running there goes on.
import sys

SOURCE = '''
def f(a, b):
    t = 0
    for i in range(4):
        t += a * i + b
        if t > %d:
            t -= a
    return t
'''


class Maker:
    """Its finaliser makes and runs functions, while machine code that has released it is still under way."""

    def __del__(self):
        global made
        for _ in range(6):
            made += make()(1, 2)


def make():
    global count
    count += 1
    names = {}
    exec(SOURCE % count, names)
    f = names['f']
    return lambda a, b: f(a, b) + f(b, a)


def drops():
    # The finaliser runs in the middle of this frame's end.
    maker = Maker()
    other = [maker]
    return len(other)


def recursive(n):
    if n == 0:
        drops()
        return 0
    return 1 + recursive(n - 1)


def generator(n):
    for i in range(n):
        drops()
        yield i


count = made = total = 0
kept = []
most = 0
for k in range(150):
    f = make()
    for _ in range(4):
        total += f(k, 3)
    if k % 2:
        kept.append(f)
    total += drops() + recursive(5) + sum(generator(3))
    if hasattr(sys, '_jit'):
        most = max(most, sys._jit.stats()['used_bytes'])
print(total, made, count, sum(f(1, 2) for f in kept))
if hasattr(sys, '_jit'):
    stats = sys._jit.stats()
    print(most <= 256 << 10, stats['clearings'] > 0, stats['dropped'] > 0)
else:
    print(True, True, True)
