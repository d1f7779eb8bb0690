# Exceptions raised in another thread, and the interpreter's state as C code asks for it, by way of ctypes.
# runner: no
import ctypes, threading, time, _thread
raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
raise_in.argtypes = ctypes.c_ulong, ctypes.py_object
class Stop(Exception): pass
def computing(): 
    while True: pass
def resting():
    while True: time.sleep(0.01)
def finally_and_with():
    lock = threading.Lock()
    try:
        with lock:
            while True: pass
    finally:
        said.append(('finally', lock.locked()))
for work in computing, resting, finally_and_with:
    for kind in Stop, KeyboardInterrupt, int, None:
        go, said = threading.Event(), []
        def run():
            try:
                go.set()
                work()
            except BaseException as e:
                said.append((work.__name__, type(e).__name__, str(e)))
        t = threading.Thread(target=run, daemon=True)
        t.start()
        go.wait()
        time.sleep(0.01)  # where it works
        found = raise_in(t.ident, kind)
        t.join(10)
        print(found, t.is_alive(), said, raise_in(12345, Stop))
try:
    raise_in(threading.get_ident(), Stop)
    for i in range(100000000): pass
except Stop:
    print('in the thread itself')

api, c = ctypes.pythonapi, ctypes.CDLL(None)
print(api.PyGILState_Check(), c.PyGILState_Check())
state = api.PyGILState_Ensure()
print(state, api.PyGILState_Check())
api.PyGILState_Release(state)
# From a callback of C code, which is in the interpreter.
array = (ctypes.c_int * 3)(3, 1, 2)
@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
def compare(a, b):
    state = api.PyGILState_Ensure()
    seen.add((state, api.PyGILState_Check()))
    api.PyGILState_Release(state)
    return a[0] - b[0]
seen = set()
c.qsort(array, 3, 4, compare)
print(list(array), seen)

# The end of the program, with a thread that rests: its objects die without it.
class C:
    ensure, release = api.PyGILState_Ensure, api.PyGILState_Release
    def __del__(self):
        self.release(self.ensure())
ready = _thread.allocate_lock()
ready.acquire()
def waiting():
    x = C()
    ready.release()
    time.sleep(100)
_thread.start_new_thread(waiting, ())
ready.acquire()
