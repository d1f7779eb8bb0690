"""find, count, replace and split against a plain reference on pseudo-random text of each width."""


def ref_find(s, t, start, end):
    for i in range(start, min(end, len(s)) - len(t) + 1):
        if s[i:i + len(t)] == t:
            return i
    return -1


def ref_count(s, t):
    n = i = 0
    while True:
        i = ref_find(s, t, i, len(s))
        if i < 0:
            return n
        n += 1
        i += len(t)


def ref_replace(s, t, u):
    out, i = [], 0
    while True:
        j = ref_find(s, t, i, len(s))
        if j < 0:
            return ''.join(out) + s[i:]
        out.append(s[i:j] + u)
        i = j + len(t)


seed = 42


def rnd(n):
    global seed
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return (seed >> 8) % n


checks = 0
for alphabet in 'ab', 'aé', 'aЖ中', 'a\U0001f600\U0001f601', 'éЖ\U0001f600a', 'aaaab':
    for _ in range(60):
        s = ''.join(alphabet[rnd(len(alphabet))] for _ in range(rnd(80)))
        t = ''.join(alphabet[rnd(len(alphabet))] for _ in range(1 + rnd(4)))
        u = ''.join(alphabet[rnd(len(alphabet))] for _ in range(rnd(4)))
        a, b = rnd(40), 20 + rnd(60)
        assert s.find(t, a, b) == ref_find(s, t, a, b), (s, t, a, b)
        assert s.count(t) == ref_count(s, t)
        assert s.replace(t, u) == ref_replace(s, t, u)
        assert t.join(s.split(t)) == s
        assert len(s.split(t)) == s.count(t) + 1
        assert (t in s) == (s.find(t) >= 0)
        r = s.rfind(t)
        assert r == (-1 if t not in s else max(i for i in range(len(s)) if s.startswith(t, i)))
        assert s[::-1][::-1] == s and s.partition(t)[0] == s.split(t)[0]
        eb, tb = s.encode(), t.encode()
        assert eb.count(tb) == s.count(t) and eb.replace(tb, u.encode()) == s.replace(t, u).encode()
        checks += 1
print(checks)
long = 'ab' * 50_000 + 'abc' + 'ab' * 1000
print(long.find('abc'), long.count('ab'), long.rfind('abc'), len(long.replace('ab', 'x')), long.find('ba' * 2000 + 'c'))
needle = 'a' * 5000 + 'b'
hay = 'a' * 100_000
print(hay.find(needle), (hay + 'b').find(needle), hay.rfind('b' + 'a' * 3000), hay.count('aa'))
print(('x' * 1000 + 'é').find('é'), ('x' * 1000 + '中').rfind('x'), ('中' * 1000).find('x'), ('中' * 1000 + 'x').index('x'))
'abc'.rindex('d')
