# _ssl: contexts, connections over memory BIOs between two threads' worth of objects, certificates, errors.
import ssl
import _ssl
import os
import test

HERE = os.path.join(os.path.dirname(test.__file__))
CERT = os.path.join(HERE, "keycert3.pem") if os.path.exists(os.path.join(HERE, "keycert3.pem")) else None


def attempt(f, *args, **kw):
    try:
        return f(*args, **kw)
    except Exception as e:
        return type(e).__name__, str(e).partition(" (_ssl.c")[0], getattr(e, "reason", None), getattr(e, "library", None)


c, s = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
for x in (c, s):
    print(x.protocol, x.check_hostname, x.verify_mode, x.options, x.verify_flags, x.minimum_version, x.maximum_version, x.num_tickets,
          x._host_flags, x.post_handshake_auth, x.keylog_filename, x.sni_callback, x.security_level)
print(attempt(_ssl._SSLContext, 99), attempt(c.set_ciphers, "nope"), attempt(setattr, c, "verify_mode", 0), attempt(setattr, s, "verify_mode", 9))
print(attempt(c.load_verify_locations), attempt(c.load_verify_locations, cadata=3), attempt(c.load_verify_locations, cadata="abc"),
      attempt(c.load_verify_locations, cadata=b"abc"), attempt(c.load_verify_locations, "/none"), attempt(c.load_cert_chain, "/none"))
print(attempt(c.set_ecdh_curve, "nope"), attempt(setattr, c, "sni_callback", 3), attempt(setattr, s, "sni_callback", 3), attempt(setattr, c, "num_tickets", 3))
print(c.session_stats(), c.cert_store_stats(), c.get_ca_certs(), attempt(c.wrap_socket, 3))
b = ssl.MemoryBIO()
print(b.pending, b.eof, b.write(b"abc"), b.read(2), b.read(), b.read(), b.write_eof(), b.eof, attempt(b.write, b"x"), attempt(ssl.MemoryBIO, 3))
print(ssl._ssl.err_names_to_codes["CERTIFICATE_VERIFY_FAILED"], len(ssl._ssl.lib_codes_to_names), ssl._ssl.err_codes_to_names[9, 108])
print(_ssl.txt2obj("2.5.29.37"), _ssl.txt2obj("serverAuth", name=True), _ssl.nid2obj(129), attempt(_ssl.txt2obj, "nope"), attempt(_ssl.nid2obj, -1))
print(len(ssl.RAND_bytes(20)), attempt(ssl.RAND_bytes, -1), ssl.RAND_status(), attempt(_ssl.SSLSession), attempt(_ssl.Certificate))


def pair(client, server, **kw):
    a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
    return client.wrap_bio(a, b, **kw), server.wrap_bio(b, a, server_side=True)


def shake(x, y):
    for _ in range(10):
        for o in (x, y):
            try:
                o.do_handshake()
            except ssl.SSLWantReadError as e:
                pass


x, y = pair(c, s, server_hostname="localhost")
print(attempt(x.do_handshake), attempt(x.read, 1), attempt(x.write, b"a"), attempt(x.unwrap), x.pending(), x.cipher(), x.version(), attempt(x.getpeercert))
print(attempt(y.do_handshake), attempt(x.do_handshake))
print(attempt(c.wrap_bio, b, b, server_side=True), attempt(s.wrap_bio, b, b), attempt(pair, c, s, server_hostname=""), attempt(pair, c, s, server_hostname="a\0b"))

if CERT:
    s.load_cert_chain(CERT)
    c.load_verify_locations(os.path.join(HERE, "pycacert.pem"))
    s.set_alpn_protocols(["h2", "http/1.1"])
    c.set_alpn_protocols(["spdy", "http/1.1"])
    names = []
    s.sni_callback = lambda sock, name, ctx: names.append((type(sock).__name__, name, ctx is s))
    x, y = pair(c, s, server_hostname="localhost")
    shake(x, y)
    print(names, x.version(), x.cipher(), x.selected_alpn_protocol(), y.selected_alpn_protocol(), y.shared_ciphers()[:2], x.compression())
    print(x.getpeercert(), y.getpeercert(), len(x.getpeercert(True)))
    print(x.write(b"hello"), y.read(3), y.pending(), y.read(100), attempt(y.read, 10))
    buffer = bytearray(10)
    print(y.write(b"answer" * 1000), x.read(4, buffer), buffer, x.session.timeout, x.session_reused, x.session == x.session)
    print([repr(q) for q in x._sslobj.get_verified_chain()][:1], x._sslobj.get_unverified_chain()[0] == x._sslobj.get_verified_chain()[0])
    print(attempt(y.unwrap))
    x.read(10000)
    print(attempt(x.read, 10), attempt(x.unwrap))
    x, y = pair(c, s, server_hostname="wrong.example")
    try:
        shake(x, y)
    except ssl.SSLCertVerificationError as e:
        print(e.verify_code, e.verify_message, e.reason, e.library, isinstance(e, ValueError))
