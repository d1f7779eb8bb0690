"""Sieves of Eratosthenes with a list, a bytearray, slices and a set."""
import sys


def list_sieve(n):
    flags = [True] * (n + 1)
    flags[0] = flags[1] = False
    i = 2
    while i * i <= n:
        if flags[i]:
            j = i * i
            while j <= n:
                flags[j] = False
                j += i
        i += 1
    return [i for i, f in enumerate(flags) if f]


def byte_sieve(n):
    flags = bytearray(b'\x01') * (n + 1)
    flags[0:2] = b'\0\0'
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            for j in range(i * i, n + 1, i):
                flags[j] = 0
    return [i for i in range(n + 1) if flags[i]]


def slice_sieve(n):
    flags = bytearray(b'\x01') * (n + 1)
    flags[0:2] = b'\0\0'
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            flags[i * i::i] = bytes(len(range(i * i, n + 1, i)))
    return [i for i, f in enumerate(flags) if f]


def set_sieve(n):
    composite = set()
    primes = []
    for i in range(2, n + 1):
        if i not in composite:
            primes.append(i)
            composite.update(range(i * i, n + 1, i))
    return primes


size = int(sys.argv[1]) if len(sys.argv) > 1 else 3_800_000
primes = list_sieve(size)
assert primes == byte_sieve(size) == slice_sieve(size)
small = set_sieve(size // 10)
assert small == primes[:len(small)]
print('sieve', size, len(primes), primes[-1], sum(primes))
