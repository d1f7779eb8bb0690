"""Objects used in threads die where their last reference goes."""
import threading
import time


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print('del', self.name, threading.current_thread().name)


def work(obj):
    print('in', threading.current_thread().name, obj.name)
    time.sleep(0.05)  # meanwhile the main thread blocks: nobody else has to drop a reference


t = threading.Thread(target=work, args=(Noisy('argument'),), name='worker')
t.start()
t.join()
print('joined')
del t
local = threading.local()


def with_local():
    local.value = Noisy('thread local')
    print('set')


t = threading.Thread(target=with_local, name='second')
t.start()
t.join()
print('after second', hasattr(local, 'value'))
shared = [Noisy('shared')]


def clear():
    shared.clear()
    print('cleared')


t = threading.Thread(target=clear, name='clearer')
t.start()
t.join()
done = threading.Event()


def waits():
    n = Noisy('waits')
    done.wait()


t = threading.Thread(target=waits, name='waiter')
t.start()
print('main goes on')
done.set()
t.join()
