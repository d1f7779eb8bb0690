"""Observers with priorities, weak references, unsubscribing while notifying, errors collected in a group."""
import weakref


class Bus:
    def __init__(self):
        self.listeners, self.order = {}, 0

    def on(self, event, f=None, *, priority=0, weak=False):
        if f is None:
            return lambda g: self.on(event, g, priority=priority, weak=weak)
        self.order += 1
        ref = (weakref.WeakMethod(f) if hasattr(f, '__self__') else weakref.ref(f)) if weak else lambda: f
        self.listeners.setdefault(event, []).append((-priority, self.order, ref))
        self.listeners[event].sort(key=lambda t: t[:2])
        return f

    def off(self, event, f):
        kept = [l for l in self.listeners.get(event, ()) if l[2]() is not f and l[2]() != f]
        if len(kept) == len(self.listeners.get(event, ())):
            raise LookupError(f'{getattr(f, "__name__", f)} does not listen to {event!r}')
        self.listeners[event] = kept

    def emit(self, event, *args, **kw):
        results, errors = [], []
        for _, _, ref in list(self.listeners.get(event, ())):
            f = ref()
            if f is None:
                continue
            try:
                results.append(f(*args, **kw))
            except StopIteration:
                break
            except Exception as e:
                e.add_note(f'while handling {event!r} in {f.__name__}')
                errors.append(e)
        if errors:
            raise ExceptionGroup(f'{event} failed', errors)
        return results


bus = Bus()


@bus.on('start', priority=5)
def first(x):
    return 'first', x


@bus.on('start')
def second(x, y=1):
    return 'second', x, y


@bus.on('start', priority=10)
def zero(x):
    if x == 'once':
        bus.off('start', zero)
    return 'zero'


class Listener:
    def __init__(self, name):
        self.name = name

    def heard(self, *args):
        return self.name, args


l = Listener('obj')
bus.on('start', l.heard, weak=True)
print(bus.emit('start', 1))
print(bus.emit('start', 'once'))
print(bus.emit('start', 2))
del l
print(bus.emit('start', 3), bus.emit('nothing'))


@bus.on('fail')
def bad(*a):
    raise ValueError('bad', *a)


@bus.on('fail')
def good(*a):
    return 'good'


@bus.on('fail', priority=-1)
def worse(*a):
    return {}[a]


try:
    bus.emit('fail', 7)
except* ValueError as g:
    print('values', g.exceptions, g.exceptions[0].__notes__)
except* KeyError as g:
    print('keys', g.exceptions, g.exceptions[0].__notes__)


@bus.on('stop')
def stopper():
    raise StopIteration


@bus.on('stop')
def unreached():
    print('never')


print(bus.emit('stop'))
for f in zero, print:
    try:
        bus.off('start', f)
    except LookupError as e:
        print(e)
try:
    bus.emit('start')
except ExceptionGroup as g:
    print(g, [str(e) for e in g.exceptions])
bus.emit('fail')
