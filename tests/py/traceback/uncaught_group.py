# expect: stderr-full
"""The whole report of an uncaught exception group with notes."""


def fail(kind, text):
    raise kind(text)


def collect():
    errors = []
    for kind, text in [(ValueError, 'one'), (KeyError, 'two'), (OSError, 'three')]:
        try:
            fail(kind, text)
        except Exception as e:
            e.add_note(f'note on {text}')
            errors.append(e)
    return errors


inner = ExceptionGroup('inner', collect()[:2])
inner.add_note('a note on the group\nwith two lines')
try:
    raise inner
except ExceptionGroup as group:
    print(len(group.exceptions), str(group))
    raise ExceptionGroup('outer', [group, TypeError('plain')] + collect()[2:]) from ValueError('cause')
