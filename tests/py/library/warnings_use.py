"""warnings: filters, catching, formatting, registries, stacklevel, errors."""
import sys
import warnings


def show(f):
    try:
        print(f())
    except Warning as e:
        print('raised', type(e).__name__, e)
    except Exception as e:
        print(type(e).__name__, e)


def warn(text='w', kind=UserWarning, **kw):
    warnings.warn(text, kind, **kw)


def collect(f, action='always'):
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter(action)
        f()
        return [(str(x.message), x.category.__name__, x.lineno, x.filename.endswith('warnings_use.py')) for x in w]


print(collect(warn))
print(collect(lambda: warn(stacklevel=2)), collect(lambda: warn(stacklevel=99))[0][:2])
print(collect(lambda: [warn() for _ in range(3)], 'default'), len(collect(lambda: [warn() for _ in range(3)], 'once')), collect(warn, 'ignore'))
show(lambda: collect(warn, 'error'))
show(lambda: warnings.warn('x', int))
show(lambda: warnings.warn('x', 5))
show(lambda: warnings.warn())
show(lambda: warnings.simplefilter('bogus'))
show(lambda: warnings.filterwarnings('ignore', message=5))
show(lambda: warnings.filterwarnings('ignore', lineno=-1))
print(collect(lambda: warnings.warn(UserWarning('instance'))), collect(lambda: warnings.warn(DeprecationWarning('d'))), collect(lambda: warnings.warn('', FutureWarning)))
with warnings.catch_warnings(record=True) as w:
    warnings.resetwarnings()
    warnings.filterwarnings('ignore', message='skip')
    warnings.filterwarnings('error', category=RuntimeWarning)
    warnings.filterwarnings('always', message='.*always', append=True)
    warn('skip this')
    warn('SKIP that')
    show(lambda: warn('boom', RuntimeWarning))
    warn('do always')
    warn('plain')
    print([str(x.message) for x in w], len(warnings.filters))
print(warnings.formatwarning('text', UserWarning, 'file.py', 5, 'the line'), end='')
print(warnings.formatwarning('text', UserWarning, 'nofile.py', 5), end='')
old = warnings.showwarning
warnings.showwarning = lambda message, category, filename, lineno, file=None, line=None: print('shown', message, category.__name__)
warnings.simplefilter('always')
warn('custom show')
warnings.showwarning = old
err, sys.stderr = sys.stderr, sys.stdout
warn('on stdout')
sys.stderr = None
warn('nowhere')
sys.stderr = err
warnings.warn_explicit('explicit', UserWarning, 'some.py', 42) if False else print(collect(lambda: warnings.warn_explicit('explicit', UserWarning, 'some.py', 42)))
registry = {}
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter('default')
    for _ in range(2):
        warnings.warn_explicit('reg', UserWarning, 'f', 1, registry=registry)
    print(len(w), [k for k in registry if k != 'version'])


class Mine(UserWarning):
    pass


print(collect(lambda: warn('m', Mine)), issubclass(Mine, Warning), collect(lambda: warnings.warn('src', source=[1])))
print(collect(lambda: compile('assert (1, "x")', 'f.py', 'exec')), collect(lambda: compile('"\\d"', 'f.py', 'exec')))
import importlib
print(collect(lambda: exec('import imp') if False else None))


def deprecated():
    warnings.warn('old', DeprecationWarning, stacklevel=2)


with warnings.catch_warnings():
    warnings.simplefilter('error', DeprecationWarning)
    show(deprecated)
with warnings.catch_warnings(record=True, action='always') if sys.version_info >= (3, 11) else warnings.catch_warnings(record=True) as w:
    deprecated()
    print(len(w), w[0].category.__name__)
warnings.simplefilter('error')
warn('the last')
