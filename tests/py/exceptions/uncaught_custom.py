# expect: stderr-full
"""An uncaught exception of a nested class with notes, from a method of a nested class."""


class Outer:
    class Problem(Exception):
        def __init__(self, code, detail):
            super().__init__(code, detail)
            self.add_note(f'code was {code}')
            self.add_note('see\nthe manual')

    class Worker:
        def __init__(self, steps):
            self.steps = steps

        def run(self):
            for step in self.steps:
                step(self)

    @staticmethod
    def explode(worker):
        raise Outer.Problem(42, {'steps': len(worker.steps)})


Outer.Worker([lambda w: None, Outer.explode]).run()
