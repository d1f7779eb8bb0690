# sys.addaudithook: events of files, processes, sockets, code and the collector; a hook that forbids.
import encodings.idna
import gc
import os
import socket
import stringprep
import sys
import tempfile

seen = []
on = False


def hook(event, args):
    if on:
        seen.append((event, args))
        if event == "os.mkdir" and args[0] == "forbidden":
            raise RuntimeError("no folders")


def show(f, *args, **kw):
    global on
    seen.clear()
    on = True
    try:
        f(*args, **kw)
    except Exception as e:
        on = False
        print("   ", type(e).__name__, e)
    finally:
        on = False
    for event, arguments in seen:
        print(event, [a if isinstance(a, (int, str, bytes, type(None))) else type(a).__name__ for a in arguments])


sys.addaudithook(hook)
show(sys.audit, "my.event", 1, "two")
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    show(open, "file", "w")
    show(os.mkdir, "forbidden")
    print(os.path.exists("forbidden"))
    show(os.mkdir, "sub", 0o700)
    show(os.rename, "file", "other")
    show(os.chmod, "other", 0o600)
    show(os.truncate, "other", 3)
    show(os.utime, "other", (1, 2))
    show(os.listdir, ".")
    show(os.scandir)
    show(os.symlink, "other", "link")
    show(os.remove, "link")
    show(os.rmdir, "sub")
    show(os.remove, "missing")
    os.chdir("/")
show(os.putenv, "A", "B")
show(os.system, "true")
show(os.execv, "/no/such", ["x"])
show(eval, "1 + 1")
show(exec, "x = 1")
show(sys._getframe)
show(gc.get_referents, [])
with socket.socket() as s:
    show(s.bind, ("127.0.0.1", 0))
show(socket.getaddrinfo, "127.0.0.1", 80)
show(socket.gethostbyname, "127.0.0.1")


class A:
    pass


class B:
    pass


def f():
    pass


def change(o, name, value):
    setattr(o, name, value)


show(change, A, "__name__", "C")
show(change, A, "attribute", 1)
show(change, A(), "__class__", B)
show(change, f, "__defaults__", ())
show(change, f, "__code__", change.__code__.replace(co_freevars=()))
