# interpreter: -X gil=0 -X jit=auto -X jit-threshold=2 -X jit-memory=128K
# Threads make and run functions while machine code is thrown away and made again under them.
import threading

SOURCE = '''
def f(a, b):
    t = 0
    for i in range(5):
        t += a * i + b
        if t > %d:
            t -= a
        t = t ^ i
    return t
'''


class Dies:
    def __del__(self):
        make(7)(1, 2)


def make(k):
    names = {}
    exec(SOURCE % k, names)
    return names['f']


def work(n):
    total = 0
    kept = []
    for k in range(120):
        f = make(k)
        for _ in range(4):
            total += f(k, n)
        d = Dies()
        d = None
        kept.append(f)
        if len(kept) > 20:
            total += sum(g(1, 2) for g in kept)
            kept = kept[-10:]
    results.append((n, total))


results = []
threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(results))
