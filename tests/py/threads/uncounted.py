# Without the GIL what modules define before the second thread starts isn't counted any more, so that threads needn't write to it.
import sys
import threading


def function():
    return None


class Class:
    def method(self):
        return None


def make():
    def inner():
        return make
    return inner


parallel = hasattr(sys, '_is_gil_enabled') and not sys._is_gil_enabled()


def counted(x):
    return not parallel or sys.getrefcount(x) < 1 << 28


def uncounted(x):
    return not parallel or sys.getrefcount(x) >= 1 << 28


closure = make()
t = threading.Thread(target=function)
t.start()
t.join()
for x in function, Class, Class.method, make, threading, threading.Thread, threading.Thread.start, function.__code__, len, sys.getsizeof:
    print(uncounted(x))
print(counted(closure), counted(Class()))
