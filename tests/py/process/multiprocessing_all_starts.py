# runner: no
# multiprocessing by fork, spawn and forkserver: processes, pools, queues, pipes, managers, locks, shared memory; executors of processes.
import concurrent.futures
import multiprocessing
import os
from multiprocessing import shared_memory


def square(x):
    return x * x


def fail(x):
    raise ValueError("no %d" % x)


def work(queue, pipe, name, lock, barrier):
    memory = shared_memory.SharedMemory(name)
    barrier.wait(30)
    for _ in range(50):
        with lock:
            memory.buf[0] += 1
    memory.close()
    queue.put(os.getppid() > 0)
    pipe.send({"from": "child"})
    pipe.close()


def main():
    for method in ("fork", "spawn", "forkserver"):
        ctx = multiprocessing.get_context(method)
        queue, lock, barrier = ctx.Queue(), ctx.Lock(), ctx.Barrier(2)
        receiving, sending = ctx.Pipe(False)
        memory = shared_memory.SharedMemory(create=True, size=16)
        processes = [ctx.Process(target=work, args=(queue, sending, memory.name, lock, barrier)) for _ in range(2)]
        for p in processes:
            p.start()
        print(method, queue.get(), queue.get(), receiving.recv(), receiving.recv())
        for p in processes:
            p.join()
        print([p.exitcode for p in processes], memory.buf[0], lock.acquire(timeout=5))
        memory.close()
        memory.unlink()
    ctx = multiprocessing.get_context("fork")
    with ctx.Pool(3) as pool:
        print(pool.map(square, range(8)), pool.apply_async(square, (9,)).get(30))
        try:
            pool.apply(fail, (3,))
        except ValueError as e:
            print(e)
    with ctx.Manager() as manager:
        d, items = manager.dict(a=1), manager.list([1])
        p = ctx.Process(target=d.update, args=([("b", 2)],))
        p.start()
        p.join()
        items.append(2)
        print(dict(d), list(items))
    with concurrent.futures.ProcessPoolExecutor(2) as executor:
        print(list(executor.map(square, range(5))))
        print(type(executor.submit(fail, 1).exception()).__name__)


if __name__ == "__main__":
    main()
