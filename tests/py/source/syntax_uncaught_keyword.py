# expect: stderr-full
"""A keyword used as a name, after a long and healthy beginning."""


class Thing:
    """A class that is fine."""

    def method(self, value):
        return [value for _ in range(3)]


print(Thing().method(5))
for class in range(3):
    print(class)
