# _hashlib: digests, extendable output, HMAC, key derivation, errors.
import _hashlib
import hashlib
import hmac
import threading


def attempt(f, *args, **kw):
    try:
        return f(*args, **kw)
    except Exception as e:
        return type(e).__name__, str(e)


def shown(o):
    return repr(o).partition(" @ ")[0]


data = bytes(range(256)) * 40
for name in ("md5", "sha1", "sha224", "sha256", "SHA384", "sha512", "sha512_224", "sha3_256", "SHA3-512", "blake2b", "blake2s256", "sm3",
             "ripemd160", "md5-sha1"):
    h = _hashlib.new(name, data)
    print(h.name, h.digest_size, h.block_size, h.hexdigest(), shown(h))
print(sorted(_hashlib.openssl_md_meth_names))
print({f.__name__: n for f, n in _hashlib._constructors.items()})
x = _hashlib.openssl_shake_128(b"abc")
print(x.name, x.digest_size, x.block_size, x.hexdigest(20), x.digest(0), shown(x), attempt(x.digest), attempt(x.digest, -1))
h = _hashlib.openssl_sha256()
for i in range(0, len(data), 3000):
    h.update(memoryview(data)[i:i + 3000])
other = h.copy()
other.update(b"more")
print(h.hexdigest() == hashlib.sha256(data).hexdigest(), other.hexdigest())
print(attempt(h.update, "text"), attempt(h.update, 3), attempt(_hashlib.new, "nothing"), attempt(_hashlib.new, 3))
print(attempt(_hashlib.HASH), attempt(_hashlib.HASHXOF), attempt(_hashlib.HMAC), issubclass(_hashlib.HASHXOF, _hashlib.HASH))
print(attempt(_hashlib.openssl_md5, b"", b""), _hashlib.openssl_md5(usedforsecurity=False).hexdigest())

m = _hashlib.hmac_new(b"key", data, "sha256")
n = m.copy()
n.update(b"more")
print(m.name, m.digest_size, m.block_size, m.hexdigest(), n.digest().hex(), shown(m))
print(_hashlib.hmac_digest(b"key", data, hashlib.sha256) == m.digest(), hmac.new(b"k", b"m", "sha1").hexdigest())
print(attempt(_hashlib.hmac_new, b"k"), attempt(_hashlib.hmac_new, b"k", digestmod=3), attempt(_hashlib.hmac_digest, b"k", b"m", "nope"))
print(_hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 10).hex(), hashlib.pbkdf2_hmac("md5", b"p", b"s", 1, 5).hex())
for args in (("sha1", b"", b"", 0), ("sha1", b"", b"", 1, 0), ("nope", b"", b"", 1), ("sha1", "", b"", 1), (3, b"", b"", 1)):
    print(attempt(_hashlib.pbkdf2_hmac, *args))
print(_hashlib.scrypt(b"password", salt=b"NaCl", n=1024, r=8, p=16).hex())
for kw in ({}, {"salt": b""}, {"salt": b"", "n": 3}, {"salt": b"", "n": 4}, {"salt": b"", "n": 4, "r": 1}, {"salt": b"", "n": 4, "r": 1, "p": 1, "dklen": 0},
           {"salt": b"", "n": 4, "r": 1, "p": 1, "maxmem": -1}, {"salt": b"s", "n": 2, "r": 1 << 30, "p": 1 << 10}):
    print(kw, attempt(_hashlib.scrypt, b"p", **kw))
c = _hashlib.compare_digest
print(c("a", "a"), c(b"a", b"b"), c(b"a", b"ab"), attempt(c, "a", b"a"), attempt(c, "\xff", "a"), attempt(c, 1, 2))

# one object fed by many threads
h = _hashlib.openssl_sha512()
block = b"x" * 10000
threads = [threading.Thread(target=lambda: [h.update(block) for _ in range(20)]) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(h.hexdigest() == hashlib.sha512(block * 80).hexdigest())
