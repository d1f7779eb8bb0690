# interpreter: -X jit-threshold=2 -X jit-guards=1
# Every guard of machine code fails: each instruction goes on in its handler, and machine code goes on behind it.


class Point:
    scale = 2

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def norm(self):
        return (self.x * self.x + self.y * self.y) * self.scale


def work(n):
    total, real, seen = 0, 0.0, {}
    for i in range(n):
        p = Point(i, i + 1)
        total += p.norm() // 3 - (i & 7)
        real = real * 0.5 + i / 4
        seen[i % 5] = seen.get(i % 5, 0) + 1
        if not i % 2 or i in seen:
            total -= [i, 2, 3][0]
        text = 'a' if i < 5 else 'bc'
        total += len(text)
    return total, real, sorted(seen.items())


def squares(n):
    for i in range(n):
        try:
            yield i * i if i != 3 else [][i]
        except IndexError:
            yield -1


for n in 1, 2, 3, 50:
    print(work(n), list(squares(n)))
