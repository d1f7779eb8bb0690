"""Exceptions: raised, caught at several depths, re-raised, with finally and custom classes."""
import sys


class AppError(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Retry(AppError):
    pass


def parse(text):
    try:
        return int(text)
    except ValueError:
        return -1


def level(depth, n):
    if depth == 0:
        if n % 3 == 0:
            raise Retry(n)
        if n % 5 == 0:
            raise KeyError(n)
        return n
    try:
        return level(depth - 1, n)
    finally:
        level.unwound += 1


level.unwound = 0


def attempt(n):
    try:
        return level(4, n)
    except Retry as e:
        return e.code * 2
    except LookupError as e:
        return -e.args[0]


def chain(n):
    try:
        try:
            [][n]
        except IndexError as e:
            raise AppError(n) from e
    except AppError as e:
        return e.code if isinstance(e.__cause__, IndexError) else 0


def run(n):
    texts = ['12', 'x', '7', '', '99z']
    total = 0
    for i in range(n):
        total += parse(texts[i % 5])
        total += attempt(i)
        if i % 4 == 0:
            total += chain(i)
    table = {i: i for i in range(0, 100, 2)}
    missing = 0
    for i in range(n):
        try:
            total += table[i % 100]
        except KeyError:
            missing += 1
    quiet = 0
    for i in range(n * 4):
        try:
            quiet += i
        except OverflowError:
            quiet = 0
    return total, missing, quiet


size = int(sys.argv[1]) if len(sys.argv) > 1 else 450_000
total, missing, quiet = run(size)
assert level.unwound == 4 * size and quiet == 2 * size * (4 * size - 1)
assert missing == sum(1 for i in range(size) if i % 2)
print('exceptions', size, total, missing, quiet)
