# Loops and subscripts that machine code does in place while several threads run: first of what one thread alone has, then of what others
# change, drain or resume meanwhile.
import threading


def together(*bodies):
    failures = []
    gate = threading.Barrier(len(bodies))

    def run(body, k):
        gate.wait()
        try:
            body(k)
        except BaseException as e:
            failures.append(f'{type(e).__name__}: {e}')

    threads = [threading.Thread(target=run, args=(b, k)) for k, b in enumerate(bodies)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return failures


def count(n):
    for i in range(n):
        yield i


def alone(k):
    for n in (0, 1, 5, 1000):
        numbers = list(range(n))
        d = {i: str(i) for i in numbers}
        pairs = [(i, str(i)) for i in numbers]
        r = []
        for a, b in enumerate(numbers):
            r.append((a, b))
        assert r == [(i, i) for i in numbers]
        for left, right in ((numbers, list(map(str, numbers))), (tuple(numbers), list(d.values())), (numbers, d.values()),
                            (range(n), d.values()), (count(n), map(str, numbers))):
            r = []
            for a, b in zip(left, right):
                r.append((a, b))
            assert r == pairs, (left, right)
        it = iter(numbers)
        r = []
        for a, b in zip(it, it):
            r.append((a, b))
        assert r == [(i, i + 1) for i in range(0, n - 1, 2)]
        r = []
        for a, b in d.items():
            r.append((a, b))
        assert r == pairs
        for i in numbers[::2]:
            del d[i]
        r = []
        for a, b in d.items():
            r.append((a, b))
        assert r == pairs[1::2] and [i for i in d] == numbers[1::2] and [i for i in d.values()] == [b for a, b in pairs[1::2]]
        seen = 0
        try:
            for a, b in d.items():
                seen += 1
                d[a + 100000] = 1
        except RuntimeError as e:
            assert str(e) == 'dictionary changed size during iteration'
        assert seen == min(len(d) // 2, 1) or n == 0
        total = 0
        for i in count(n):
            total += i
        assert total == sum(numbers)
        g = count(n)
        total = 0
        for i in g:
            total += i + next(g, 0)
        assert total == sum(numbers)
        for i in numbers:
            a, b = [i, str(i)]
            assert b == str(a)
            a, b = (i, str(i))
            assert b == str(a)
            (a, b, c), = [(str(i), i, b)]
            assert a == c and b == i
            t = (b, a)
            b, a = t
            assert t == (b, a) == (i, str(i))
    octets = bytearray(64)
    for i in range(3000):
        octets[i & 63] = i & 255
        octets[-1 - (i & 63)] ^= 7
        assert 0 <= octets[i & 63] < 256
    for i in (64, -65):
        try:
            octets[i]
        except IndexError as e:
            assert str(e) == 'bytearray index out of range'
    for i in range(100):
        try:
            octets[i] = 1
        except IndexError:
            assert i >= 64


class Mine(dict):
    def get(self, key, default=None):
        return 'mine'


class Plain(dict):
    pass


def natives(k):
    numbers, d = [], {}
    for i in range(2000):
        assert d.get(i) is None and d.get(i, 5) == 5
        d[i] = i
        numbers.append(i)
        assert d.get(i) == i and d.pop(-1, None) is None and len(numbers) == i + 1 and isinstance(i, int)
        assert 'a b'.split() == ['a', 'b'] and (i | 1).bit_length() > 0 and 'abc'.find('c') == 2 and numbers.index(0) == 0
        assert max(i, 3) >= 3 and abs(-i) == i and ord('a') == 97 and chr(97) == 'a'
    for kind, want in ((dict, 3), (Plain, 3), (Mine, 'mine'), (dict, 3)):
        o = kind({3: 3})
        for i in range(700):
            assert o.get(3) == want


def octets_at_once():
    octets = bytearray(100)

    def stores(k):
        for i in range(4000):
            try:
                octets[i % 100] = k
                octets[-1] = k
                assert octets[i % 50] < 9
            except IndexError as e:
                assert str(e) == 'bytearray index out of range'

    def resizes(k):
        for i in range(500):
            octets.extend(b'\x05' * (i % 300))
            del octets[:i % 77]
            del octets[60 + i % 40:]
            if len(octets) < 50:
                octets.extend(b'\x06' * 50)

    print('octets', together(stores, stores, resizes), set(octets) <= set(range(9)))


def dicts_at_once():
    d = {i: i for i in range(100)}

    def reads(k):
        for _ in range(60):
            try:
                for key, value in d.items():
                    assert value == key or value == -key or type(value) is list and value[0] == key, (key, value)
                for key in d:
                    assert type(key) is int
                for value in d.values():
                    pass
            except RuntimeError as e:
                assert 'during iteration' in str(e)

    def changes(k):
        for i in range(6000):
            d[i % 100] = [i % 100]
            d[i % 90] = -(i % 90)
            if i % 10 == 0:
                del d[i % 100]
                d[i % 100] = i % 100
            if i % 1000 == 0:
                d[1000 + i] = 1000 + i

    print('dicts', together(reads, reads, changes))


def shared_iterators():
    for name, make in (('list', lambda n: iter(list(range(n)))), ('tuple', lambda n: iter(tuple(range(n)))),
                       ('range', lambda n: iter(range(n))), ('enumerate', lambda n: enumerate(list(range(n)))),
                       ('zip', lambda n: zip(list(range(n)), range(n))), ('dict', lambda n: iter({i: i for i in range(n)}.items()))):
        state = [make(5000)]
        taken = [[], [], []]

        def drain(k):
            it = state[0]
            mine = taken[k]
            if name in ('list', 'tuple', 'range'):
                for a in it:
                    mine.append(a)
            else:
                for a, b in it:
                    assert a == b, (name, a, b)
                    mine.append(a)

        failures = together(drain, drain, drain)
        if name == 'zip':  # its iterators are stepped one after the other
            failures = [f for f in failures if not f.startswith('AssertionError')]
            print(name, failures)
        else:
            print(name, failures, sorted(sum(taken, [])) == list(range(5000)))


def shared_generator():
    g = count(3000)
    taken = [[], [], []]

    def drain(k):
        while True:
            try:
                for i in g:
                    taken[k].append(i)
                return
            except ValueError as e:
                assert str(e) == 'generator already executing'

    print('generator', together(drain, drain, drain), sorted(sum(taken, [])) == list(range(3000)))


print(together(alone, natives), together(natives, alone, alone))
octets_at_once()
dicts_at_once()
shared_iterators()
shared_generator()
