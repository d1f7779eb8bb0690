"""Dynamic programming over lists of integers: 0/1 knapsack, coin change, longest increasing run."""
import bisect
import sys


def knapsack(weights, values, capacity):
    best = [0] * (capacity + 1)
    take = []
    for w, v in zip(weights, values):
        row = bytearray(capacity + 1)
        for c in range(capacity, w - 1, -1):
            candidate = best[c - w] + v
            if candidate > best[c]:
                best[c] = candidate
                row[c] = 1
        take.append(row)
    chosen = []
    c = capacity
    for i in range(len(weights) - 1, -1, -1):
        if take[i][c]:
            chosen.append(i)
            c -= weights[i]
    return best[capacity], chosen


def change(coins, amount):
    ways = [1] + [0] * amount
    for coin in coins:
        for a in range(coin, amount + 1):
            ways[a] += ways[a - coin]
    return ways[amount]


def increasing(items):
    tails = []
    for x in items:
        i = bisect.bisect_left(tails, x)
        if i == len(tails):
            tails.append(x)
        else:
            tails[i] = x
    return len(tails)


size = int(sys.argv[1]) if len(sys.argv) > 1 else 45_000
items = 130
weights = [(i * 37) % 91 + 10 for i in range(items)]
values = [(i * 53) % 97 + 20 for i in range(items)]
best, chosen = knapsack(weights, values, size // 2)
assert sum(values[i] for i in chosen) == best and sum(weights[i] for i in chosen) <= size // 2
ways = change([1, 2, 5, 10, 20, 50, 100, 200, 500], size * 10)
assert change([1, 5, 10, 25, 50, 100], 100) == 293
sequence = [(i * 7919) % 100_003 for i in range(size * 20)]
run = increasing(sequence)
print('knapsack', size, best, len(chosen), ways % 1_000_000_007, run)
