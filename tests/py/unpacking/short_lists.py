# Short lists and tuples as targets' values: from variables, from temporaries, into themselves, and with finalisers that interfere.
shared = [1, 2]


class Interferes:
    def __del__(self):
        shared.clear()
        shared.extend("xyz")


def swap(pairs):
    out = []
    for a, b in pairs:
        a, b = [b, a]
        out.append((a, b))
    return out


def into_itself():
    a = [1, 2, 3]
    a, b, c = a
    d = (4, [5, 6])
    e, d = d
    f, d = d
    return a, b, c, d, e, f


def interfering():
    shared[:] = [1, 2]
    a = Interferes()
    b = Interferes()
    a, b = shared
    return a, b, shared


def wrong(value, n):
    try:
        if n == 0:
            [] = value
        elif n == 1:
            (a,) = value
        elif n == 2:
            a, b = value
        else:
            a, b, c = value
        return "fits"
    except (TypeError, ValueError) as e:
        return f"{type(e).__name__} {e}"


for _ in range(300):
    r = swap([[1, 2], (3, 4), "56", {7: 0, 8: 0}, range(9, 11), iter([11, 12])]), into_itself(), interfering()
print(r)
for _ in range(3):
    for value in ([], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4], (), (1,), (1, 2), "ab", {1}, 5, None, iter(()), (x for x in (1, 2))):
        shown = value if isinstance(value, (list, tuple, str, int, set, type(None))) else type(value).__name__
        for n in range(4):
            print(shown, n, wrong(value, n))
