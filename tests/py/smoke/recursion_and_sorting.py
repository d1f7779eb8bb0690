"""Quicksort, mergesort, permutations, hanoi, memoised fibonacci, a maze and a tree walk."""
import functools


def quick(a):
    if len(a) < 2:
        return a
    p, *rest = a
    return quick([x for x in rest if x < p]) + [p] + quick([x for x in rest if x >= p])


def merge(a):
    if len(a) < 2:
        return a
    m = len(a) // 2
    left, right, out = merge(a[:m]), merge(a[m:]), []
    while left and right:
        out.append((left if left[0] <= right[0] else right).pop(0))
    return out + left + right


def permutations(s):
    return [s] if len(s) < 2 else [c + p for i, c in enumerate(s) for p in permutations(s[:i] + s[i + 1:])]


def hanoi(n, a='A', b='B', c='C'):
    return hanoi(n - 1, a, c, b) + [(a, c)] + hanoi(n - 1, b, a, c) if n else []


@functools.lru_cache(None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


data = [(i * 7919) % 101 for i in range(60)]
assert quick(data) == merge(data) == sorted(data)
print(quick(data)[:10], permutations('abc'), len(hanoi(8)), hanoi(2), fib(90))
MAZE = ['S.#.....', '.##.###.', '....#...', '.##.#.#.', '...#..#E']


def solve(maze):
    grid = [list(r) for r in maze]
    start = next((r, c) for r, row in enumerate(grid) for c, x in enumerate(row) if x == 'S')
    todo, seen = [(start, [start])], {start}
    while todo:
        (r, c), path = todo.pop(0)
        if grid[r][c] == 'E':
            return path
        for dr, dc in (0, 1), (1, 0), (0, -1), (-1, 0):
            p = r + dr, c + dc
            if 0 <= p[0] < len(grid) and 0 <= p[1] < len(grid[0]) and grid[p[0]][p[1]] != '#' and p not in seen:
                seen.add(p)
                todo.append((p, path + [p]))
    raise ValueError('no way out')


path = solve(MAZE)
print(len(path), path[:4])
for r, row in enumerate(MAZE):
    print(''.join('*' if (r, c) in path and x == '.' else x for c, x in enumerate(row)))


def depth(t):
    return 1 + max(map(depth, t), default=0) if isinstance(t, list) else 0


def collatz(n, steps=0):
    return steps if n == 1 else collatz(n // 2 if n % 2 == 0 else 3 * n + 1, steps + 1)


print(depth([1, [2, [3, []]], []]), collatz(27), max(range(1, 100), key=collatz))
solve(['S#', '#E'])
