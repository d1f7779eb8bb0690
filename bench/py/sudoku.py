"""Constraint propagation with dicts of strings: sudoku grids solved by search."""
import sys

ROWS, COLUMNS = 'ABCDEFGHI', '123456789'
CELLS = [r + c for r in ROWS for c in COLUMNS]
UNITS = ([[r + c for c in COLUMNS] for r in ROWS] + [[r + c for r in ROWS] for c in COLUMNS] +
         [[r + c for r in rows for c in columns] for rows in ('ABC', 'DEF', 'GHI') for columns in ('123', '456', '789')])
UNITS_OF = {cell: [u for u in UNITS if cell in u] for cell in CELLS}
PEERS = {cell: {other for u in UNITS_OF[cell] for other in u} - {cell} for cell in CELLS}


def assign(grid, cell, digit):
    return all(eliminate(grid, cell, other) for other in grid[cell] if other != digit)


def eliminate(grid, cell, digit):
    if digit not in grid[cell]:
        return True
    grid[cell] = left = grid[cell].replace(digit, '')
    if not left:
        return False
    if len(left) == 1 and not all(eliminate(grid, peer, left) for peer in PEERS[cell]):
        return False
    for unit in UNITS_OF[cell]:
        places = [c for c in unit if digit in grid[c]]
        if not places or len(places) == 1 and not assign(grid, places[0], digit):
            return False
    return True


def search(grid):
    search.nodes += 1
    unsolved = [(len(v), c) for c, v in grid.items() if len(v) > 1]
    if not unsolved:
        return grid
    _, cell = min(unsolved)
    for digit in grid[cell]:
        copy = dict(grid)
        if assign(copy, cell, digit):
            solved = search(copy)
            if solved:
                return solved
    return None


def solve(puzzle):
    grid = {cell: COLUMNS for cell in CELLS}
    for cell, digit in zip(CELLS, puzzle):
        if digit in COLUMNS and not assign(grid, cell, digit):
            return None
    return search(grid)


def puzzles(n):
    """Solved grids, shuffled by rotation of digits, with cells blanked in a fixed pattern."""
    base = ''.join(COLUMNS[(3 * (r % 3) + r // 3 + c) % 9] for r in range(9) for c in range(9))
    for k in range(n):
        shift = str.maketrans(COLUMNS, COLUMNS[k % 9:] + COLUMNS[:k % 9])
        full = base.translate(shift)
        yield ''.join(d if (i * 7 + k * 11) % 81 < 24 else '.' for i, d in enumerate(full))


size = int(sys.argv[1]) if len(sys.argv) > 1 else 450
search.nodes = 0
for puzzle in puzzles(size):
    grid = solve(puzzle)
    assert all(sorted(grid[c] for c in unit) == list(COLUMNS) for unit in UNITS)
    assert all(p in ('.', grid[c]) for c, p in zip(CELLS, puzzle))
print('sudoku', size, search.nodes)
