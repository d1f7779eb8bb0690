"""Lists: appending, slicing, inserting, comprehension, stacks, rotation, membership."""
import sys


def run(n):
    numbers = []
    for i in range(n):
        numbers.append(i * i % 1009)
    evens = [x for x in numbers if x % 2 == 0]
    pairs = [(a, b) for a, b in zip(numbers, numbers[1:]) if a < b]
    total = sum(evens) + len(pairs)
    stack = []
    for x in numbers:
        while stack and stack[-1] > x:
            total += stack.pop()
        stack.append(x)
    ring = numbers[:200]
    for i in range(n // 20):
        ring.append(ring.pop(0))
        ring[i % 200], ring[-1] = ring[-1], ring[i % 200]
    grid = [[0] * 50 for _ in range(50)]
    for i in range(n):
        row = grid[i % 50]
        row[i * 7 % 50] += 1
    total += sum(map(sum, grid))
    found = 0
    small = numbers[:30]
    for i in range(n // 4):
        if i % 1500 in small:
            found += 1
    merged = []
    left, right = sorted(numbers[: n // 2]), sorted(numbers[n // 2:])
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    merged += left[i:] + right[j:]
    assert merged == sorted(numbers) and sorted(ring) == sorted(numbers[:200])
    numbers.reverse()
    del numbers[::3]
    return total, found, len(numbers)


size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_300_000
result = run(size)
assert result[2] == size - (size + 2) // 3
print('list_heavy', size, *result)
