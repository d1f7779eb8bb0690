# _socket on loopback: streams, datagrams, time-outs, messages with descriptors, errors.
import array
import os
import socket
import threading


def show(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)


# A stream with a thread at the other end.
server = socket.create_server(("127.0.0.1", 0))


def serve():
    conn, peer = server.accept()
    with conn:
        while data := conn.recv(100000):
            conn.sendall(data.upper())


t = threading.Thread(target=serve)
t.start()
with socket.create_connection(server.getsockname(), timeout=10) as c:
    print(c.getpeername() == server.getsockname(), c.gettimeout(), c.family, c.type)
    payload = b"abc" * 100000
    sender = threading.Thread(target=lambda: (c.sendall(payload), c.shutdown(socket.SHUT_WR)))
    sender.start()
    got = bytearray()
    while chunk := c.recv(65536):
        got += chunk
    sender.join()
    print(len(got), bytes(got) == payload.upper())
t.join()
server.close()
print(server)
show(server.accept)

# Datagrams.
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as a, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as b:
    a.bind(("127.0.0.1", 0))
    b.bind(("", 0))
    print(b.sendto(b"hello", a.getsockname()))
    buf = bytearray(10)
    n, where = a.recvfrom_into(buf)
    print(n, bytes(buf), where[1] == b.getsockname()[1])
    a.settimeout(0.01)
    show(a.recv, 10)
    a.setblocking(False)
    show(a.recv, 10)
    a.settimeout(None)
    print(a.getblocking(), a.gettimeout())

# Descriptors over a UNIX socket.
left, right = socket.socketpair()
r, w = os.pipe()
socket.send_fds(left, [b"take this"], [r, w])
data, fds, flags, address = socket.recv_fds(right, 100, 2)
print(data, len(fds), flags, address)
os.write(fds[1], b"through")
print(os.read(r, 10), os.get_inheritable(fds[0]))
print(left.sendmsg([b"one ", bytearray(b"two "), memoryview(b"three")]))
one, two = bytearray(4), bytearray(20)
print(right.recvmsg_into([one, two]), one, two)
left.send(b"0123456789")
print(right.recv(4, socket.MSG_PEEK), right.recvmsg(3), right.recv(100))
left.close()
print(right.recv(1))
right.close()

# Abstract names and paths.
with socket.socket(socket.AF_UNIX) as s:
    s.bind(b"\0taipan-test-%d" % os.getpid())
    print(s.getsockname()[:13])
show(socket.socket(socket.AF_UNIX).bind, "x" * 200)
show(socket.socket(socket.AF_UNIX).connect, "/no/such/socket")

# Names.
print(socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM))
print(socket.getaddrinfo("::1", "80", 0, socket.SOCK_STREAM)[0][4])
print(socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV))
show(socket.getaddrinfo, "nope", 80, 0, 0, 0, socket.AI_NUMERICHOST)
print(socket.inet_ntoa(socket.inet_aton("1.2.3.4")), socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, "::ffff:1.2.3.4")))
print(socket.htons(1), socket.ntohl(1), socket.CMSG_LEN(4), socket.CMSG_SPACE(4))
show(socket.htons, 70000)
print([name for index, name in socket.if_nameindex() if name == "lo"], socket.if_indextoname(socket.if_nametoindex("lo")))
s = socket.socket()
show(s.bind, ("127.0.0.1", 70000))
show(s.bind, ["127.0.0.1", 0])
show(s.connect, 5)
show(s.recv, -1)
show(s.sendto, b"x")
show(s.settimeout, -1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
print(s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR), len(s.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)))
fd = s.detach()
again = socket.socket(fileno=fd)
print(again.family, again.type, again.proto, s.fileno())
again.close()
print(issubclass(socket.gaierror, OSError), socket.timeout is TimeoutError)
