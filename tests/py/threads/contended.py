"""What several threads count, lock and queue at the same time: nothing is lost, order is kept, finalisers stay prompt."""
import queue
import threading


def together(*bodies):
    threads = [threading.Thread(target=body) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Shared:
    def __init__(self, value):
        self.value = value

    def get(self):
        return self.value


class Noisy:
    def __del__(self):
        print('gone')


shared, rows, names = Shared(3), [[i, -i] for i in range(50)], [f'name {i}' for i in range(50)]
table = {name: i for i, name in enumerate(names)}
totals = []


def read():
    total = 0
    for _ in range(300):
        total += shared.get() + sum(table[name] for name in names)
        for i in range(50):
            total += rows[i][0] - rows[i][1]
    totals.append(total)


together(read, read, read)
print(totals, rows[7], rows[-1][-1], names[3])

holder = [Noisy()]


def touch():
    for _ in range(20000):
        noisy = holder[0]
    del noisy


together(touch, touch)
print('touched')
holder.clear()
print('cleared')

lock, rlock, count = threading.Lock(), threading.RLock(), [0, 0]


def add():
    for _ in range(5000):
        with lock:
            count[0] += 1
        with rlock, rlock:
            count[1] += 1


together(add, add, add)
print(count, lock.locked())
try:
    lock.release()
except RuntimeError as e:
    print(e)

line, seen = queue.SimpleQueue(), []


def put(me):
    for i in range(4000):
        line.put((me, i))


def get():
    mine = [line.get() for _ in range(4000)]
    seen.append(mine)


together(lambda: put('a'), lambda: put('b'), get, get)
for mine in seen:
    for who in 'ab':
        numbers = [i for name, i in mine if name == who]
        assert numbers == sorted(numbers)
print(sorted(i for mine in seen for i in mine) == [(who, i) for who in 'ab' for i in range(4000)], line.empty(), line.qsize())


def build():
    for i in range(200):
        numbers, words = [], {}
        for k in range(100):
            numbers.append(k)
            words[str(k)] = k
        assert numbers[::-1][0] == 99 and words['42'] == 42 and len(set(numbers)) == 100


together(build, build)
print('built')
