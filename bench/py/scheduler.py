"""Objects and dynamic dispatch: an operating system's scheduler with devices, queues and packets."""
import sys


class Packet:
    def __init__(self, kind, payload):
        self.kind = kind
        self.payload = payload
        self.hops = 0
        self.next = None


class Queue:
    """A linked list of packets."""

    def __init__(self):
        self.head = self.tail = None
        self.length = 0

    def put(self, packet):
        packet.next = None
        if self.head is None:
            self.head = packet
        else:
            self.tail.next = packet
        self.tail = packet
        self.length += 1

    def get(self):
        packet = self.head
        self.head = packet.next
        self.length -= 1
        return packet


class Task:
    def __init__(self, kernel, name, priority):
        self.kernel = kernel
        self.name = name
        self.priority = priority
        self.inbox = Queue()
        self.runs = 0
        self.held = False
        kernel.add(self)

    def ready(self):
        return not self.held and self.inbox.head is not None

    def run(self):
        self.runs += 1
        self.handle(self.inbox.get())


class Idle(Task):
    def __init__(self, kernel, ticks):
        super().__init__(kernel, 'idle', 0)
        self.ticks = ticks
        self.state = 1

    def ready(self):
        return self.ticks > 0

    def run(self):
        self.runs += 1
        self.ticks -= 1
        if self.state & 1:
            self.state = (self.state >> 1) ^ 0xD008
            self.kernel.release('disk')
        else:
            self.state >>= 1
            self.kernel.release('net')


class Device(Task):
    def handle(self, packet):
        packet.hops += 1
        self.held = True
        self.kernel.send('handler_' + self.name, packet)


class Handler(Task):
    def __init__(self, kernel, name, priority):
        super().__init__(kernel, name, priority)
        self.pending = []

    def handle(self, packet):
        packet.hops += 1
        if packet.kind == 'work':
            self.pending.append(packet)
        if len(self.pending) > 1:
            for done in self.pending:
                done.payload = (done.payload * 5 + 1) & 0xFFFF
                self.kernel.send('worker', done)
            self.pending.clear()
        elif packet.kind != 'work':
            self.kernel.send('worker', packet)


class Worker(Task):
    def __init__(self, kernel, priority):
        super().__init__(kernel, 'worker', priority)
        self.flip = False
        self.sum = 0

    def handle(self, packet):
        self.flip = not self.flip
        self.sum = (self.sum + packet.payload) % 1_000_003
        packet.hops += 1
        self.kernel.send('disk' if self.flip else 'net', packet)


class Kernel:
    def __init__(self):
        self.tasks = {}
        self.order = []
        self.sent = 0

    def add(self, task):
        self.tasks[task.name] = task
        self.order = sorted(self.tasks.values(), key=lambda t: -t.priority)

    def send(self, name, packet):
        self.sent += 1
        self.tasks[name].inbox.put(packet)

    def release(self, name):
        self.tasks[name].held = False

    def loop(self):
        order = self.order
        running = True
        while running:
            running = False
            for task in order:
                if task.ready():
                    task.run()
                    running = True
                    break


def simulate(ticks):
    kernel = Kernel()
    idle = Idle(kernel, ticks)
    worker = Worker(kernel, 10)
    for name, priority in (('disk', 40), ('net', 50)):
        Device(kernel, name, priority)
        Handler(kernel, 'handler_' + name, priority - 20)
    packets = [Packet('work' if i % 3 else 'control', i * 17) for i in range(12)]
    for packet in packets:
        kernel.send('worker', packet)
    kernel.loop()
    return kernel, idle, worker, packets


size = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
kernel, idle, worker, packets = simulate(size)
hops = sum(p.hops for p in packets)
runs = sum(t.runs for t in kernel.order)
assert idle.runs == size and hops == runs - idle.runs, (idle.runs, hops, runs)
assert sum(t.inbox.length for t in kernel.order) + sum(len(getattr(t, 'pending', ())) for t in kernel.order) == 12
print('scheduler', size, kernel.sent, runs, hops, worker.sum)
