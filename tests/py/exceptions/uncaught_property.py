# expect: stderr-full
"""An exception under a property under an f-string, with a context from an except clause."""


class Config:
    def __init__(self, **values):
        self.values = values

    @property
    def timeout(self):
        try:
            return self.values['timeout']
        except KeyError:
            return self.default

    def describe(self):
        return f'timeout: {self.timeout:>5} name: {self.values["name"]!r}'


print(Config(timeout=5, name='x').describe())
print(Config(name='y').describe())
