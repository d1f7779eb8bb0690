"""Errors raised at each place of a pipeline of generators, and which finally blocks run."""
log = []


def stage(name, source, fail_at=None, on=None):
    log.append(f'{name} starts')
    try:
        for i, x in enumerate(source):
            if i == fail_at:
                raise ValueError(f'{name} failed at {x}')
            yield x
    except GeneratorExit:
        log.append(f'{name} closed')
        raise
    except Exception as e:
        log.append(f'{name} saw {e}')
        if on == 'swallow':
            return
        if on == 'convert':
            raise KeyError(name) from e
        if on == 'continue':
            yield 'replacement'
            return
        raise
    else:
        log.append(f'{name} exhausted')
    finally:
        log.append(f'{name} finally')


def run(n, *specs, stop=None):
    log.clear()
    source = iter(range(n))
    for spec in specs:
        source = stage(*spec[:1], source, *spec[1:])
    out = []
    try:
        for x in source:
            out.append(x)
            if x == stop:
                break
    except Exception as e:
        out.append(repr(e))
        e = e.__cause__
        while e:
            out.append('cause ' + repr(e))
            e = e.__cause__
    del source
    print(out)
    for line in log:
        print('   ', line)


run(3, ('a',), ('b',), ('c',))
run(3, ('a', 1), ('b',), ('c',))
run(3, ('a',), ('b', 1), ('c',))
run(3, ('a',), ('b', 2, 'swallow'), ('c',))
run(3, ('a', 1), ('b', None, 'swallow'), ('c',))
run(3, ('a', 1), ('b', None, 'convert'), ('c', None, 'convert'))
run(3, ('a', 1), ('b', None, 'continue'), ('c',))
run(5, ('a',), ('b',), ('c',), stop=2)
run(0, ('a',), ('b',))
run(2, ('a', 0), ('b', 0))


def both():
    try:
        yield 1
    finally:
        raise OSError('in finally')


g = both()
next(g)
try:
    g.close()
except OSError as e:
    print(e, repr(e.__context__))
g = both()
next(g)
try:
    g.throw(ValueError('thrown'))
except OSError as e:
    print(e, repr(e.__context__))
list(stage('last', range(3), 1, 'convert'))
