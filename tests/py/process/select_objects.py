# select(), poll and epoll objects over pipes, and what they refuse.
import os
import select


def show(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)


r, w = os.pipe()
print(select.select([r], [w], [], 0) == ([], [w], []))
os.write(w, b"x")
print(select.select([r], [], [], 1) == ([r], [], []))


class WithFileno:
    def fileno(self):
        return r


f = WithFileno()
print(select.select([f, r], [], [])[0] == [f, r])


class Shrinks:
    def fileno(self):
        del items[-1]
        return w


items = [Shrinks()] * 10
print(len(select.select([], items, [], 1)[1]))
show(select.select, 1, 2, 3)
show(select.select, [], [], [], "x")
show(select.select, [], [], [], -1)
show(select.select, [5000], [], [], 0)
show(select.select, ["x"], [], [], 0)

p = select.poll()
show(p.poll, 0)
p.register(r)
print(p.poll() == [(r, select.POLLIN)])
p.modify(r, select.POLLOUT)
show(p.poll, 1.5)
p.register(w, select.POLLOUT)
print(p.poll(-1) == [(w, select.POLLOUT)])
p.unregister(w)
show(p.unregister, 999)
show(p.modify, 999, 1)
show(p.register, r, -1)
show(p.register, r, 70000)
show(p.poll, "x")
show(p.poll, 2**40)
show(type(p))

with select.epoll() as e:
    e.register(r, select.EPOLLIN)
    print(e.poll(0) == [(r, select.EPOLLIN)], e.poll(timeout=0.5, maxevents=1) == [(r, select.EPOLLIN)])
    show(e.register, r)
    e.modify(r, select.EPOLLOUT)
    print(e.poll(0))
    e.unregister(r)
    show(e.unregister, r)
    show(e.poll, 0, 0)
    show(e.poll, "x")
    print(e.closed, os.get_inheritable(e.fileno()))
print(e.closed)
show(e.poll)
show(e.fileno)
e.close()
show(select.epoll, -2)
show(select.epoll, 1, 77)
show(select.epoll.fromfd, "x")
