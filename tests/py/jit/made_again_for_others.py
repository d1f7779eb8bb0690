# interpreter: -X gil=0 -X jit-threshold=0
"""Machine code that is made again while other threads run the same function, each with operands of another kind."""
import random
import threading
from fractions import Fraction

SOURCE = '''
def f(a, b, n, q):
    total, items = a, [a, b, a]
    for i in range(n):
        x = total + b
        y = x * b
        if y > b:
            total = x - a
        else:
            total = y - b
        items[i % 3] = x
        z = items[(i + 1) % 3] + i
        while q and z < b:
            z = z + b
            q -= 1
        total = (total + z) - x
    return total
'''
KINDS = [(1, 3), (1.5, 2.5), (2**70, 5), (True, 2), (Fraction(1, 2), 3), (4, 0.5)]


def fresh():
    names = {}
    exec(SOURCE, names)
    return names['f']


right = [fresh()(a, b, 30, 3) for a, b in KINDS]
wrong = []


def work(f, seed):
    rng = random.Random(seed)
    kinds = list(range(len(KINDS)))
    for _ in range(3):
        rng.shuffle(kinds)
        for k in kinds:
            for _ in range(8):
                if f(*KINDS[k], 30, 3) != right[k]:
                    wrong.append(k)


for seed in range(40):
    f = fresh()
    threads = [threading.Thread(target=work, args=(f, (seed, me).__hash__())) for me in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
print(right[0], right[2], right[4], wrong)
