"""A state machine built by decorators and driven by events, with history, guards and errors."""


class TransitionError(RuntimeError):
    def __init__(self, machine, event):
        self.machine, self.event = machine, event
        super().__init__(f'no transition from {machine.state!r} on {event!r}')


def on(event, *, source, target, guard=None):
    def register(f):
        f.__dict__.setdefault('transitions', []).append((event, source, target, guard))
        return f
    return register


class MachineMeta(type):
    def __new__(mcs, name, bases, ns):
        cls = super().__new__(mcs, name, bases, ns)
        cls.table = dict(getattr(cls, 'table', {}))
        for attr in ns.values():
            for event, source, target, guard in getattr(attr, 'transitions', ()):
                for s in source if isinstance(source, tuple) else (source,):
                    cls.table.setdefault((s, event), []).append((target, guard, attr))
        return cls


class Machine(metaclass=MachineMeta):
    initial = None

    def __init__(self):
        self.state, self.history = self.initial, []

    def fire(self, event, *args):
        for target, guard, action in self.table.get((self.state, event), ()):
            if guard is None or guard(self, *args):
                old, self.state = self.state, target or self.state
                self.history.append((old, event, self.state))
                return action(self, *args)
        raise TransitionError(self, event)


class Turnstile(Machine):
    initial = 'locked'

    def __init__(self):
        super().__init__()
        self.coins = 0

    @on('coin', source='locked', target='unlocked', guard=lambda self, n=1: n > 0)
    @on('coin', source='unlocked', target=None)
    def coin(self, n=1):
        self.coins += n
        return f'{self.coins} coins'

    @on('push', source='unlocked', target='locked')
    def push(self):
        return 'welcome'

    @on('break', source=('locked', 'unlocked'), target='broken')
    def smash(self):
        return 'crash'


class Repairable(Turnstile):
    @on('repair', source='broken', target='locked')
    def repair(self):
        self.coins = 0
        return 'fixed'


t = Turnstile()
for event, *args in [('push',), ('coin',), ('coin', 5), ('push',), ('coin', 0), ('break',), ('coin',), ('repair',)]:
    try:
        print(event, args, '->', t.fire(event, *args), t.state)
    except TransitionError as e:
        print(event, args, '->', e, e.event, e.machine is t)
print(t.history)
r = Repairable()
print(r.fire('break'), r.fire('repair'), r.state, len(Repairable.table), len(Turnstile.table))
print(sorted(Turnstile.table))
r.fire('coin', 'not a number')
