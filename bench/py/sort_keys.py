"""Sorting with key functions, tuples, attributes, several passes, and a comparison function."""
import functools
import operator
import sys


class Record:
    def __init__(self, name, score, group):
        self.name, self.score, self.group = name, score, group

    def __lt__(self, other):
        return (self.group, -self.score) < (other.group, -other.score)


def records(n):
    state = 42
    out = []
    for i in range(n):
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        out.append(Record(f'n{(state >> 33) % 100000}', (state >> 20) % 1000, (state >> 50) % 10))
    return out


def run(n):
    data = records(n)
    by_name = sorted(data, key=lambda r: r.name)
    by_score = sorted(data, key=operator.attrgetter('score'), reverse=True)
    by_group = sorted(by_name, key=lambda r: (r.group, -r.score))
    natural = sorted(data[: n // 4])
    compared = sorted(data[: n // 8], key=functools.cmp_to_key(lambda a, b: a.score - b.score))
    numbers = sorted([r.score * 1000 + r.group for r in data])
    words = sorted([r.name for r in data], key=len)
    assert all(a.name <= b.name for a, b in zip(by_name, by_name[1:]))
    assert all(a.score >= b.score for a, b in zip(by_score, by_score[1:]))
    assert all((a.group, -a.score) <= (b.group, -b.score) for a, b in zip(by_group, by_group[1:]))
    assert all(a.score <= b.score for a, b in zip(compared, compared[1:])) and numbers == sorted(numbers)
    return by_name[0].name, by_score[0].score, by_group[0].score, natural[0].group, numbers[-1], words[-1]


size = int(sys.argv[1]) if len(sys.argv) > 1 else 150_000
print('sort_keys', size, *run(size))
