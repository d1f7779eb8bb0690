"""Floor division, modulo, divmod, true division and their identities for ints of all sizes."""


def show(f):
    try:
        return f()
    except Exception as e:
        return f'{type(e).__name__}: {e}'


ints = [0, 1, -1, 2, -3, 7, 10, -10, 2 ** 31, -2 ** 31, 2 ** 62 - 1, -2 ** 62, 2 ** 63, 10 ** 20, -10 ** 20, 7 ** 60, -7 ** 60, 2 ** 200 + 1]
checks = 0
for a in ints:
    for b in ints:
        if b == 0:
            continue
        q, r = divmod(a, b)
        assert q == a // b and r == a % b and q * b + r == a
        assert (0 <= r < b) or (b < r <= 0), (a, b, q, r)
        checks += 1
print(checks)
print(7 // 2, -7 // 2, 7 // -2, -7 // -2, 7 % 2, -7 % 2, 7 % -2, -7 % -2, 0 // 5, 0 % -5)
for f in (lambda: 1 / 0, lambda: 1 // 0, lambda: 1 % 0, lambda: divmod(1, 0), lambda: 0 / 0, lambda: 10 ** 30 / 0, lambda: 10 ** 30 // 0, lambda: 10 ** 30 % 0, lambda: 1 / 0.0, lambda: 1.0 // 0, lambda: 1 % 0.0, lambda: 10 ** 400 / 3, lambda: 3 / 10 ** 400, lambda: 10 ** 400 / 10 ** 399, lambda: 10 ** 400 / 1.5, lambda: True / False, lambda: pow(0, -1), lambda: pow(2, -1, 0), lambda: 5 // 1j, lambda: 5 % 'a'):
    print(show(f))
print(1 / 3, 2 / 4, -1 / 3, 10 ** 20 / 3, (2 ** 53 + 1) / 1, (2 ** 54 + 2) / 2, 2 ** 1000 / 2 ** 999, -(2 ** 1000) / 3 ** 600, 1 / 2 ** 1074, 1 / 2 ** 1080, 12345678901234567890 / 98765432109876543210)
print(7 / 2.0, 7 // 2.0, 7 % 2.5, -7 // 2.0, -7 % 2.5, divmod(7, -2.5), divmod(-7.5, 2), 1e308 // 1e-308 > 0, 5 % float('inf'), -5 % float('inf'), 5 // float('inf'), -5 // float('inf'), 0.0 // 5, -0.0 // 5, -0.0 % 5, 0.0 % -5)
total = 0
for i in range(-500, 500):
    for d in (3, -3, 7, -16, 64):
        total += i // d * 31 + i % d
print(total)
for n in range(1, 60, 7):
    print(10 ** n // 7, -10 ** n // 7, 10 ** n % 7, -(10 ** n) % 7, 10 ** n // -13)
print(round(5 / 2), round(7 / 2), int(-7 / 2), int(7 // 2), (2 ** 64 - 1) // (2 ** 32 + 1), (2 ** 128 - 1) // (2 ** 64 + 1), (10 ** 50) // (10 ** 25 + 1), (10 ** 50) % (10 ** 25 + 1))
x = 2 ** 70
x //= 3
x %= 10 ** 9
x /= 4
print(x)
2 ** 70 // False
