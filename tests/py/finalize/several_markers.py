# runner: no
# Cycles are found by several markers while threads change what lives, and the memory of dropped structures is given back: nothing that can be
# reached is lost, each finaliser runs once, nothing is left over.
import subprocess
import sys

PROGRAM = '''
import gc, threading, weakref

class Node:
    made = finalized = 0
    def __init__(self, *others):
        self.others = list(others)
        self.table = {'self': self}

class Last(Node):
    def __del__(self):
        Last.finalized += 1

def work(seed, kept, refs):
    ring = Node()
    held = [ring]
    for i in range(4000):
        node = Last() if i % 50 == seed else Node(held[(i * 7 + seed) % len(held)])
        node.others.append(node)
        if i % 50 == seed:
            refs.append(weakref.ref(node))
            counts[seed] += 1
        held.append(node)
        if len(held) > 300:
            held[(i * 13) % 250].others.clear()
            del held[10:200]
    kept.append(held)

counts = [0] * 3
kept, refs = [], []
threads = [threading.Thread(target=work, args=(i, kept, refs)) for i in range(3)]
for t in threads: t.start()
for t in threads: t.join()
alive = set()
todo = [n for held in kept for n in held]
while todo:
    n = todo.pop()
    if n in alive: continue
    assert n.table['self'] is n
    alive.add(n)
    todo.extend(n.others)
expected = sum(isinstance(n, Last) for n in alive)
del n, todo
gc.collect()
print(sum(counts), sum(r() is not None for r in refs) == expected, Last.finalized == sum(counts) - expected)
alive.clear()
kept.clear()
gc.collect()
print(sum(r() is not None for r in refs), Last.finalized)

# Large structures come and go.
big = None
for i in range(4):
    big = [Node() for _ in range(8000)]
    for a, b in zip(big, big[1:]): b.others.append(a)
    assert sum(len(n.others) for n in big) == 7999
    big = None
    small = [Node() for _ in range(1000)]
gc.collect()
print(all(n.table['self'] is n for n in small), gc.garbage)
'''

for options in (['-X', 'gc-markers=2'], ['-X', 'gc-markers=3'], ['-X', 'gc-markers=3', '-X', 'gil=0']):
    child = subprocess.run([sys.executable, '-X', 'gc-stress', *options, '-c', PROGRAM], capture_output=True, text=True)
    print(child.returncode, child.stdout, child.stderr[-300:])
