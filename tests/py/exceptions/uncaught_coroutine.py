# expect: stderr-full
"""An exception out of nested coroutines, driven by hand, with a finally block on the way."""


class Wait:
    def __await__(self):
        yield 'waiting'


async def fetch(url):
    await Wait()
    if 'bad' in url:
        raise ConnectionError(f'cannot fetch {url}')
    return len(url)


async def total(urls):
    try:
        return sum([await fetch(u) for u in urls])
    finally:
        print('closing')


def run(coro):
    try:
        while True:
            print(coro.send(None))
    except StopIteration as e:
        return e.value


print(run(total(['one', 'three'])))
run(total(['one', 'bad url']))
