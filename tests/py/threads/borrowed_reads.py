# Items of items, attributes of attributes and what closures and globals lead to, read by several threads, also while others replace it.
import threading


class P:
    def __init__(self, n):
        self.n = n
        self.q = [n, (n, n + 1), {'k': n}]
        self.t = {'a': [n]}

    def sums(self, i):
        return self.q[1][i] + self.q[0] + self.t['a'][0] + self.q[2]['k']


class Link:
    pass


rows = [[i, i + 1, 'x'] for i in range(50)]
shared = P(7)


def body(p):
    table = {'a': {'b': 3}, 1: [5]}
    o = Link()
    o.p = p
    o.q = o
    x = 0.5
    acc = 0.0

    def inner(n):
        nonlocal acc
        total = 0
        for i in range(n):
            j = i % 50
            total += rows[j][1] + p.q[1][0] + table['a']['b'] + table[1][0] + shared.q[1][i & 1]
            total += o.p.n + o.q.q.q.p.n + shared.t['a'][0] + p.sums(j & 1)
            acc += x * total - rows[j][0]
            last = rows[-1][-1]
            z = o.q.p
            o.p = P(i & 3) if not i % 7 else z
        return total, last, z.n

    result = inner(2000)

    def too_far(i):
        s = 0
        try:
            for j in range(100):
                s += rows[i + j][1]
        except IndexError as e:
            return s, str(e)

    return result, acc, too_far(0), too_far(30)


results = [None] * 3


def run(k):
    results[k] = body(P(k))


def go(*targets):
    threads = [threading.Thread(target=f, args=args) for f, *args in targets]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


go(*[(run, k) for k in range(3)])
for r in results:
    print(r)

# Somebody replaces all of it meanwhile.
grid = [[i, [i]] for i in range(10)]
holder = Link()
holder.p = P(1)
place = [1, [2]]
done = False
wrong = []


def readers_and_writers():
    cell = P(1)

    def write(n):
        nonlocal cell
        global place, done
        for i in range(n):
            grid[i % 10] = [i % 10, [i % 10]]
            grid[i % 10][1] = [i % 10]
            holder.p = P(i)
            holder.p.q = [i, (i, i), {}]
            cell = P(i)
            cell.t = {'a': [i]}
            place = [i, [i]]
            place[1] = [i + 1]
        done = True

    def read():
        while True:
            over = done
            for j in range(10):
                if grid[j][1][0] != j or grid[j][0] != j:
                    wrong.append('grid')
            if type(holder.p.q[0]) is not int or type(cell.t['a']) is not list or type(cell.q[1]) is not tuple:
                wrong.append('attribute')
            if type(place[1][0]) is not int or type(cell.n) is not int or len(holder.p.t['a']) != 1:
                wrong.append('global')
            if over:
                return

    go((write, 3000), (read,), (read,))


readers_and_writers()
print(wrong, place)
