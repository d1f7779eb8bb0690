# A thread that several others join: each finds that it has ended, whatever the others do with the lock that stands for its life.
import threading, sys
failed = []
for i in range(120):
    go = threading.Event()
    target = threading.Thread(target=go.wait)
    target.start()
    def join():
        go.wait()
        try:
            target.join()
            if target.is_alive(): failed.append('alive')
        except BaseException as e:
            failed.append(repr(e))
    joiners = [threading.Thread(target=join) for _ in range(3)]
    for t in joiners: t.start()
    go.set()
    for t in joiners: t.join()
print(failed)

# The lock itself: locked while the thread lives, and for who has taken it.
done = threading.Event()
t = threading.Thread(target=done.wait)
t.start()
lock = t._tstate_lock
print(lock.locked(), lock.acquire(False))
done.set()
print(lock.acquire(timeout=10), lock.locked(), t.is_alive())
lock.release()
print(lock.locked(), t.is_alive())

# Who waits for the main program's end while that waits for it.
def last(main):
    main.join()
    print('end of thread', main.is_alive())
    sys.stdout.flush()
threading.Thread(target=last, args=(threading.current_thread(),)).start()
print('end of main')
