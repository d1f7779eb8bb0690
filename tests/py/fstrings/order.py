"""Order of evaluation in f-strings, format calls and what is called."""
log = []


class T:
    def __init__(self, n):
        log.append(f'make {n}')
        self.n = n

    def __format__(self, spec):
        log.append(f'format {self.n} {spec!r}')
        return str(self.n)

    def __str__(self):
        log.append(f'str {self.n}')
        return f's{self.n}'

    def __repr__(self):
        log.append(f'repr {self.n}')
        return f'r{self.n}'


def w(n):
    log.append(f'width {n}')
    return n


def done(r):
    print(r, log)
    log.clear()


done(f'{T(1)}{T(2)}')
done(f'{T(1):{w(5)}}{T(2)!r}')
done(f'{T(1)!r:{w(5)}.{w(4)}}')
done(f'{T(1)=}')
done(f'{T(1)=!s}')
done(f'{T(1)=:x}')
done('{}{}'.format(T(1), T(2)))
done('{1}{0!r}'.format(T(1), T(2)))
done('%s%r' % (T(1), T(2)))
done(str(T(3)) + repr(T(4)) + format(T(5), 'q'))
done(f'{f"{T(1)}"}{T(2)!s:>4}')
try:
    f'{T(1)}{1 / 0}{T(2)}'
except ZeroDivisionError:
    done('stopped')
done(f'{(lambda: T(9))()}')
done(''.join(f'{T(i)}' for i in range(3)))


class Sub(str):
    def __format__(self, spec):
        log.append('sub format')
        return 'F'

    def __str__(self):
        log.append('sub str')
        return 'S'


done(f'{Sub("x")}')
done(f'{Sub("x")!s}')
done(f'a{Sub("x")}b')
done('%s' % Sub('x'))
print(f'{len("abc")!r:>{len("abcde")}}' + f"{'nested' + f'{1 + 1}'}")
x = 'outer'


def scoped():
    return [f'{x}{i}' for i in range(2) for x in 'ab']


print(scoped(), x)
print(f'{x!r:^{"a"}}')
