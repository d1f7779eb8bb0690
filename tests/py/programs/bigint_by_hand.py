"""Schoolbook and Karatsuba arithmetic on lists of digits, against the built-in integers."""
BASE = 10 ** 4


def to_digits(n):
    out = []
    while n:
        n, d = divmod(n, BASE)
        out.append(d)
    return out


def from_digits(d):
    n = 0
    for x in reversed(d):
        n = n * BASE + x
    return n


def trim(d):
    while d and not d[-1]:
        d.pop()
    return d


def add(a, b):
    out, carry = [], 0
    for i in range(max(len(a), len(b)) + 1):
        s = carry + (a[i] if i < len(a) else 0) + (b[i] if i < len(b) else 0)
        out.append(s % BASE)
        carry = s // BASE
    return trim(out)


def subtract(a, b):
    out, borrow = [], 0
    for i, x in enumerate(a):
        d = x - borrow - (b[i] if i < len(b) else 0)
        borrow = d < 0
        out.append(d + BASE if d < 0 else d)
    if borrow or len(b) > len(a):
        raise ArithmeticError('negative difference')
    return trim(out)


def school(a, b):
    out = [0] * (len(a) + len(b))
    for i, x in enumerate(a):
        carry = 0
        for j, y in enumerate(b):
            t = out[i + j] + x * y + carry
            out[i + j], carry = t % BASE, t // BASE
        out[i + len(b)] += carry
    return trim(out)


def karatsuba(a, b):
    if min(len(a), len(b)) < 8:
        return school(a, b)
    h = max(len(a), len(b)) // 2
    a0, a1, b0, b1 = trim(a[:h]), a[h:], trim(b[:h]), b[h:]
    low, high = karatsuba(a0, b0), karatsuba(a1, b1)
    middle = subtract(subtract(karatsuba(add(a0, a1), add(b0, b1)), low), high)
    return add(add(low, [0] * h + middle if middle else []), [0] * 2 * h + high if high else [])


def divide_small(a, n):
    if n == 0:
        raise ZeroDivisionError('division by zero, by hand')
    out, r = [], 0
    for x in reversed(a):
        q, r = divmod(r * BASE + x, n)
        out.append(q)
    return trim(out[::-1]), r


seed, checks = 11, 0
for size in 1, 2, 5, 9, 17, 33, 70:
    nums = []
    for _ in range(3):
        n = 0
        for _ in range(size):
            seed = (seed * 1103515245 + 12345) & 0x7fffffff
            n = n * BASE + (seed >> 7) % BASE
        nums.append(n)
    for x in nums:
        for y in nums:
            a, b = to_digits(x), to_digits(y)
            assert from_digits(add(a, b)) == x + y
            assert from_digits(school(a, b)) == x * y == from_digits(karatsuba(a, b))
            if x >= y:
                assert from_digits(subtract(a, b)) == x - y
            q, r = divide_small(a, 97)
            assert from_digits(q) * 97 + r == x
            checks += 1
print(checks)
f = [1]
for i in range(1, 120):
    f = karatsuba(f, [i])
fact = from_digits(f)
print(fact % 10 ** 40 == 0, str(fact)[:12], len(str(fact)), sum(f))
square = to_digits(2)
for _ in range(9):
    square = karatsuba(square, square)
print(from_digits(square) == 2 ** 512, len(square), ''.join(f'{d:04}' for d in reversed(square))[:24])
for f in (lambda: subtract([1], [2]), lambda: subtract([], [1]), lambda: divide_small([5], 0), lambda: add([1], 'x'), lambda: to_digits('5'), lambda: school([1], None)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
subtract(to_digits(10 ** 20), to_digits(10 ** 20 + 1))
