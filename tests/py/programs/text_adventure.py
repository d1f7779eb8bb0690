"""A scripted adventure: commands dispatched by name to methods, with state, errors and a transcript."""


class GameOver(Exception):
    pass


class Room:
    def __init__(self, name, **exits):
        self.name, self.exits, self.items = name, exits, []


class Game:
    def __init__(self):
        self.rooms = {'hall': Room('hall', north='kitchen', east='cellar'), 'kitchen': Room('kitchen', south='hall'), 'cellar': Room('cellar', west='hall')}
        self.rooms['kitchen'].items += ['knife', 'lamp']
        self.here, self.bag, self.turns, self.lit = self.rooms['hall'], [], 0, False

    def play(self, script):
        for line in script.strip().splitlines():
            verb, *words = line.split()
            self.turns += 1
            method = getattr(self, 'do_' + verb, None)
            try:
                if method is None:
                    raise LookupError(f"I don't know how to {verb}")
                print(f'> {line}')
                print(' ', method(*words) or 'Done.')
            except LookupError as e:
                print('  ?', e.args[0])
            except TypeError as e:
                print('  That makes no sense:', str(e).split('.')[-1])

    def do_look(self):
        if self.here.name == 'cellar' and not self.lit:
            return 'It is dark.'
        return f'{self.here.name}: exits {", ".join(sorted(self.here.exits))}' + (f'; you see {", ".join(self.here.items)}' if self.here.items else '')

    def do_go(self, where):
        if where not in self.here.exits:
            raise LookupError(f"you can't go {where}")
        self.here = self.rooms[self.here.exits[where]]
        if self.here.name == 'cellar' and not self.lit:
            raise GameOver(f'eaten by a grue after {self.turns} turns')
        return self.do_look()

    def do_take(self, *things):
        if not things:
            raise LookupError('take what?')
        for t in things:
            try:
                self.here.items.remove(t)
            except ValueError:
                raise LookupError(f'there is no {t}') from None
            self.bag.append(t)

    def do_drop(self, thing):
        self.here.items.append(self.bag.pop(self.bag.index(thing)) if thing in self.bag else self.missing(thing))

    def missing(self, thing):
        raise LookupError(f"you don't carry a {thing}")

    def do_light(self, thing):
        if thing not in self.bag:
            self.missing(thing)
        self.lit = thing == 'lamp'
        return f'The {thing} {"glows" if self.lit else "refuses"}.'

    def do_inventory(self):
        return ', '.join(self.bag) or 'nothing'


g = Game()
g.play('''
look
go west
dance
go
take
go north
take lamp sword
take knife
inventory
light sword
light knife
light lamp
drop spoon
drop knife
look
go south
go east
look now
go west
''')
print(g.turns, g.bag, g.here.name, g.lit)
g.lit = False
g.play('look\ngo east\nlook')
