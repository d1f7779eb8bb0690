# interpreter: -W error::DeprecationWarning
"""A warning turned into an error by the command line."""
import warnings


def old():
    warnings.warn('old() is deprecated', DeprecationWarning, stacklevel=2)
    return 1


warnings.warn('just a user warning')
try:
    old()
except DeprecationWarning as e:
    print('caught', e)
print('going on')
old()
