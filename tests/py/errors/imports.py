"""ImportError and its attributes."""
import sys
import traceback


def show(text):
    try:
        exec(text, {'__name__': '__main__', '__package__': None})
        print(text, 'ok')
    except ImportError as e:
        print(text, '->', type(e).__name__, e, e.name, e.path is None)
    except Exception as e:
        print(text, '->', type(e).__name__, e)


show('import no_such_module')
show('import no.such.module')
show('import os.nothing')
show('import os.path.nothing')
show('import sys.foo')
show('import json.nope')
show('from json import nope')
show('from nope import x')
show('from os import path, nope')
show('from . import x')
show('from .x import y')
show('from .. import z')
show('from math import nope')
show('import json.decoder.x')
show('from json.decoder import *')
sys.modules['blocked'] = None
show('import blocked')
show('from blocked import x')
show('import blocked.sub')
sys.modules['strange'] = 5
show('import strange')
show('from strange import real')
show('from strange import nope')
show('import strange.sub')
exec("import sys as s, json as j, os.path as p; print(s is sys, j.__name__, p.__name__)")
try:
    from collections import OrderedDictt
except ImportError as e:
    traceback.print_exc(file=sys.stdout)
    print(repr(e))
e = ImportError('text', name='n', path='p')
print(e, e.name, e.path, e.msg, repr(e), e.args)
try:
    ImportError('x', foo=1)
except TypeError as e:
    print(e)
import also_missing
