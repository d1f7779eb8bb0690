"""Simulated processes as generators with priorities, sleeping, messages, deadlines and failures."""
import heapq


class Kill(BaseException):
    pass


class Process:
    count = 0

    def __init__(self, gen, priority):
        Process.count += 1
        self.id, self.gen, self.priority, self.inbox, self.result = Process.count, gen, priority, [], None

    def __lt__(self, o):
        return (self.priority, self.id) < (o.priority, o.id)

    def __repr__(self):
        return f'P{self.id}'


class Kernel:
    def __init__(self):
        self.now, self.ready, self.sleeping, self.waiting, self.all, self.log = 0, [], [], {}, {}, []

    def spawn(self, f, *args, priority=5):
        p = Process(f(self, *args), priority)
        self.all[p.id] = p
        heapq.heappush(self.ready, (priority, self.now, p))
        return p.id

    def say(self, p, text):
        self.log.append(f'{self.now:3} {p}: {text}')

    def step(self, p, value=None, error=None):
        try:
            command = p.gen.throw(error) if error else p.gen.send(value)
        except StopIteration as e:
            p.result = e.value
            self.say(p, f'returned {e.value!r}')
        except Kill:
            self.say(p, 'killed')
        except Exception as e:
            p.result = e
            self.say(p, f'failed with {type(e).__name__}: {e}')
        else:
            match command:
                case ('sleep', n):
                    heapq.heappush(self.sleeping, (self.now + n, p))
                case ('receive',):
                    self.waiting[p.id] = p
                case ('send', to, message):
                    self.deliver(to, message)
                    self.requeue(p)
                case ('kill', victim):
                    self.requeue(p)
                    self.waiting.pop(victim, None)
                    self.step(self.all[victim], error=Kill())
                case ('fork', f, *args):
                    self.requeue(p, self.spawn(f, *args))
                case other:
                    self.step(p, error=ValueError(f'unknown command {other!r}'))

    def requeue(self, p, value=None):
        p.inbox_value = value
        heapq.heappush(self.ready, (p.priority, self.now, p))

    def deliver(self, to, message):
        p = self.all[to]
        if to in self.waiting:
            del self.waiting[to]
            self.requeue(p, message)
        else:
            p.inbox.append(message)

    def run(self, until=100):
        while (self.ready or self.sleeping) and self.now < until:
            if not self.ready:
                self.now = self.sleeping[0][0]
            while self.sleeping and self.sleeping[0][0] <= self.now:
                self.requeue(heapq.heappop(self.sleeping)[1])
            _, _, p = heapq.heappop(self.ready)
            value, p.inbox_value = getattr(p, 'inbox_value', None), None
            if value is None and p.inbox and p.gen.gi_frame is None:
                continue
            self.step(p, value)
        return [self.all[i] for i in self.waiting]


def worker(k, name, n):
    for i in range(n):
        yield 'sleep', len(name) + i
    return f'{name} worked {n}'


def server(k):
    total = 0
    try:
        while True:
            who, x = yield ('receive',)
            total += x
            yield 'send', who, total
    finally:
        k.log.append(f'    server saw {total}')


def client(k, srv, values):
    got = []
    for v in values:
        yield 'send', srv, (me[k], v)
        got.append((yield ('receive',)))
    yield 'kill', srv
    return got


def faulty(k):
    try:
        yield ('dance',)
    except ValueError as e:
        child = yield 'fork', worker, 'child', 1
        yield 'sleep', 1
        raise RuntimeError(f'gave up after {e}, child {child}')


k, me = Kernel(), {}
k.spawn(worker, 'ab', 3)
k.spawn(worker, 'xyz', 2, priority=1)
srv = k.spawn(server)
me[k] = k.spawn(client, srv, [5, 10, 20])
k.spawn(faulty)
blocked = k.run()
print(*k.log, sep='\n')
print(blocked, k.now, [p.result if not isinstance(p.result, Exception) else repr(p.result) for p in k.all.values()])
k.step(k.all[5], 'again')
print(k.log[-1])
raise k.all[5].result
