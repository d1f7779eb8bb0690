"""Objects used in threads die where their last reference goes."""
import sys
import threading
import time


def main_blocks():
    # An object whose owner runs is freed by the owner, at its next poll: what is asserted here is that one whose owner waits need not wait for it.
    while sys._current_frames()[threading.main_thread().ident].f_code.co_name != '_wait_for_tstate_lock':
        time.sleep(0.001)
    time.sleep(0.05)


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print('del', self.name, threading.current_thread().name)


def work(obj):
    print('in', threading.current_thread().name, obj.name)
    main_blocks()


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
    main_blocks()
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
