"""Error texts of the built-ins that take iterables."""


def show(f, *args, **kwargs):
    try:
        r = f(*args, **kwargs)
        print('ok', type(r).__name__ if ' at 0x' in repr(r) else repr(r))
    except Exception as e:
        print(type(e).__name__, '|', e)


class BadIter:
    def __iter__(self):
        return 5


class NoNext:
    def __iter__(self):
        return self


class OldStyle:
    def __getitem__(self, i):
        if i < 3:
            return i
        raise IndexError


class BadLen:
    def __len__(self):
        return -1


class TextLen:
    def __len__(self):
        return 'x'


class HugeLen:
    def __len__(self):
        return 1 << 70


for f in iter, list, tuple, set, sorted, sum, min, max, any, all, enumerate, reversed, len, dict, frozenset, zip, next:
    for value in 5, BadIter(), NoNext(), None:
        show(f, value)
show(list, OldStyle())
show(len, BadLen())
show(len, TextLen())
show(len, HugeLen())
show(bool, BadLen())
show(list, BadLen())
show(iter, 5, 6)
show(iter)
show(next, iter([]))
show(next, iter([]), 'd')
show(next, [1])
show(min)
show(min, [])
show(min, [], default=3)
show(min, 1, 2, default=3)
show(min, 1, 'a')
show(max, [1], key=5)
show(max, 'ab', bad=1)
show(max, [1, 'a', None])
show(sorted, [1, 'a'])
show(sorted, [3, 1], lambda x: x)
show(sorted, [3, 1], key=None, reverse='x')
show(sorted, [3, 1], reverse=None)
show(sorted, [1], bad=2)
show(enumerate, [1], 'x')
show(enumerate, [1], start=1.5)
show(enumerate)
show(enumerate, [1], 2, 3)
show(zip, [1], [2, 3], strict=1)
show(lambda: list(zip([1], [2, 3], strict=True)))
show(lambda: list(zip([1, 2], [2], strict=True)))
show(lambda: list(zip([1], [2], [], strict=True)))
show(zip, [1], strict=True, x=1)
show(zip, [1], 5)
show(map)
show(map, 5)
show(lambda: list(map(5, [1])))
show(map, len, 5)
show(filter, None)
show(filter, None, 5)
show(lambda: list(filter(5, [1])))
show(range)
show(range, 1, 2, 0)
show(range, 1.5)
show(range, 'a')
show(range, 1, 2, 3, 4)
show(range, start=1)
show(lambda: range(3)[5])
show(lambda: range(3)['a'])
show(lambda: range(3).index(7))
show(reversed, {1})
show(reversed, (x for x in []))
show(slice)
show(slice, 1, 2, 3, 4)
