"""Conway's life twice: on sets of coordinates and on a wrapped grid of lists."""
import sys


def step_set(alive):
    neighbours = {}
    for x, y in alive:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    cell = (x + dx, y + dy)
                    neighbours[cell] = neighbours.get(cell, 0) + 1
    return {cell for cell, n in neighbours.items() if n == 3 or n == 2 and cell in alive}


def step_grid(grid):
    height, width = len(grid), len(grid[0])
    new = []
    for y in range(height):
        above, here, below = grid[y - 1], grid[y], grid[(y + 1) % height]
        row = []
        for x in range(width):
            left, right = x - 1, (x + 1) % width
            n = above[left] + above[x] + above[right] + here[left] + here[right] + below[left] + below[x] + below[right]
            row.append(1 if n == 3 or n == 2 and here[x] else 0)
        new.append(row)
    return new


size = int(sys.argv[1]) if len(sys.argv) > 1 else 420
pentomino = {(1, 0), (2, 0), (0, 1), (1, 1), (1, 2)}
side = 128
grid = [[0] * side for _ in range(side)]
for x, y in pentomino:
    grid[y + 50][x + 50] = 1
alive = {(x + 50, y + 50) for x, y in pentomino}
for generation in range(size):
    alive = step_set(alive)
    if generation < 600:
        grid = step_grid(grid)
    if generation == 150:
        assert sum(map(sum, grid)) == len(alive)
glider = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
moved = glider
for _ in range(4 * size):
    moved = step_set(moved)
assert moved == {(x + size, y + size) for x, y in glider}
print('life', size, len(alive), sum(map(sum, grid)))
