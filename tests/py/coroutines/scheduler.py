"""A small event loop in pure Python: tasks, sleeping, queues, gathering, cancelling."""
import collections
import heapq


class Cancelled(Exception):
    pass


class Loop:
    def __init__(self):
        self.time, self.ready, self.sleeping, self.n = 0, collections.deque(), [], 0

    def spawn(self, coro):
        task = Task(coro)
        self.ready.append(task)
        return task

    def run(self):
        while self.ready or self.sleeping:
            if not self.ready:
                self.time, _, task = heapq.heappop(self.sleeping)
                self.ready.append(task)
            task = self.ready.popleft()
            try:
                command, arg = task.coro.throw(Cancelled()) if task.cancel else task.coro.send(task.value)
            except StopIteration as e:
                task.finish(self, e.value)
                continue
            except Cancelled:
                task.finish(self, 'cancelled')
                continue
            except Exception as e:
                task.finish(self, e)
                continue
            task.cancel, task.value = False, None
            if command == 'sleep':
                self.n += 1
                heapq.heappush(self.sleeping, (self.time + arg, self.n, task))
            elif command == 'join':
                if arg.done:
                    task.value = arg.result
                    self.ready.append(task)
                else:
                    arg.waiters.append(task)
            elif command == 'now':
                task.value = self.time
                self.ready.append(task)


class Task:
    def __init__(self, coro):
        self.coro, self.value, self.done, self.result, self.waiters, self.cancel = coro, None, False, None, [], False

    def finish(self, loop, result):
        self.done, self.result = True, result
        for w in self.waiters:
            w.value = result
            loop.ready.append(w)


class Op:
    def __init__(self, *command):
        self.command = command

    def __await__(self):
        return (yield self.command)


def sleep(t): return Op('sleep', t)


async def worker(name, delays):
    total = 0
    for d in delays:
        await sleep(d)
        total += d
        print(f'{await Op("now", None)}: {name} after {d}')
    return name, total


async def failing():
    await sleep(2)
    raise ValueError('task failed')


async def forever():
    try:
        while True:
            await sleep(1)
    finally:
        print('forever stops')


async def main():
    tasks = [loop.spawn(worker('a', [3, 1])), loop.spawn(worker('b', [1, 1, 1])), loop.spawn(failing())]
    endless = loop.spawn(forever())
    for t in tasks:
        print('joined', repr(await Op('join', t)))
    endless.cancel = True
    print('cancel', await Op('join', endless))
    return 'main done'


loop = Loop()
m = loop.spawn(main())
loop.run()
print(m.result, loop.time)
loop.spawn(5)
loop.run()
print(loop.ready)
Task(5).coro.send(None)
