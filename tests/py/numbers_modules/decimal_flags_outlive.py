# A context's flags, kept longer than the context.
import decimal

context = decimal.Context(traps=[])
flags = context.flags
flags[decimal.Inexact] = True
print(flags[decimal.Inexact], flags[decimal.Overflow])


class Dropper:
    def __bool__(self):
        global context
        context = None
        return True


try:
    flags[decimal.Inexact] = Dropper()
except ValueError as e:
    pass
other = [decimal.Context() for _ in range(20)]
print(all(not c.flags[decimal.Inexact] for c in other))
