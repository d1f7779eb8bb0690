"""Complex arithmetic by hand on floats: a text mandelbrot set and its area."""
import sys


def escape(cx, cy, limit):
    x = y = 0.0
    for i in range(limit):
        xx = x * x
        yy = y * y
        if xx + yy > 4.0:
            return i
        y = 2.0 * x * y + cy
        x = xx - yy + cx
    return limit


def render(width, limit=100):
    height = width // 2
    inside = total = 0
    for row in range(height):
        cy = -1.2 + 2.4 * row / height
        for column in range(width):
            steps = escape(-2.0 + 2.6 * column / width, cy, limit)
            total += steps
            if steps == limit:
                inside += 1
    return inside, total


size = int(sys.argv[1]) if len(sys.argv) > 1 else 900
inside, total = render(size)
area = inside / (size * (size // 2)) * 2.6 * 2.4
assert 1.4 < area < 1.7, area
print('mandelbrot', size, inside, total, round(area, 4))
