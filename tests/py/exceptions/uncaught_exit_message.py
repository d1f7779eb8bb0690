"""sys.exit with a message that has several lines and an object for a text."""
import sys


class Report:
    def __init__(self, problems):
        self.problems = problems

    def __str__(self):
        return '\n'.join(f'- {p}' for p in self.problems) + '\nfailed'


try:
    sys.exit(Report(['never', 'shown']))
except SystemExit as e:
    print(type(e.code).__name__, str(e).splitlines())
print('leaving')
sys.exit(Report(['one', 'two']))
