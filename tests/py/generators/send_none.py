"""Generators as simple state machines; errors on misuse."""


def machine():
    state = 'idle'
    while True:
        event = yield state
        match state, event:
            case 'idle', 'start':
                state = 'running'
            case 'running', 'pause':
                state = 'paused'
            case 'paused', 'resume':
                state = 'running'
            case _, 'stop':
                return 'stopped'
            case _:
                state = state


m = machine()
print(m.send(None), m.send('start'), m.send('pause'), m.send('bogus'), m.send('resume'))
try:
    m.send('stop')
except StopIteration as e:
    print(e.value, e.args)


def tokens(text):
    word = ''
    for c in text + ' ':
        if c.isalnum():
            word += c
        else:
            if word:
                yield word
                word = ''
            if not c.isspace():
                yield c


print(list(tokens('a1 + (bc*2)-d')))


def grep(pattern, sink):
    try:
        while True:
            line = yield
            if pattern in line:
                sink.send(line)
    except GeneratorExit:
        sink.close()
        raise


def collect(out):
    try:
        while True:
            out.append((yield))
    finally:
        out.append('closed')


out = []
sink = collect(out)
next(sink)
g = grep('x', sink)
next(g)
for line in 'ax', 'b', 'xc':
    g.send(line)
g.close()
print(out)


def window(it, n):
    it = iter(it)
    win = [x for _, x in zip(range(n), it)]
    yield tuple(win)
    for x in it:
        win = win[1:] + [x]
        yield tuple(win)


print(list(window(range(5), 3)))


def flatten(x):
    if isinstance(x, list):
        for y in x:
            yield from flatten(y)
    else:
        yield x


print(list(flatten([1, [2, [3, [4], []], 5], [[]]])))
g = flatten([1])
g.send(5)
