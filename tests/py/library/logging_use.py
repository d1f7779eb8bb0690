"""logging: levels, handlers, formatters, filters, exceptions, hierarchy."""
import io
import logging
import sys

out = io.StringIO()
root = logging.getLogger()
handler = logging.StreamHandler(out)
handler.setFormatter(logging.Formatter('%(levelname)s:%(name)s:%(message)s'))
root.addHandler(handler)


def flush(title):
    print(title)
    for line in out.getvalue().splitlines():
        print('   ', line)
    out.seek(0)
    out.truncate()


log = logging.getLogger('app')
child = logging.getLogger('app.sub.deep')
log.debug('hidden')
log.warning('shown %s %d', 'arg', 5)
child.error('from child')
flush('default level')
root.setLevel(logging.DEBUG)
log.debug('visible')
log.info('dict %(a)s', {'a': 1})
log.critical('crit')
log.log(35, 'custom level')
logging.addLevelName(35, 'NOTICE')
log.log(35, 'named')
log.setLevel('ERROR')
log.warning('no')
child.warning('no: inherits %s', child.getEffectiveLevel())
child.setLevel(logging.INFO)
child.info('yes')
flush('levels')
try:
    1 / 0
except ZeroDivisionError:
    child.exception('caught')
    child.error('with info', exc_info=True)
    child.info('stack', stack_info=False)
flush('exceptions')


class Only(logging.Filter):
    def filter(self, record):
        record.msg = f'[{record.msg}]'
        return 'keep' in record.msg


child.addFilter(Only())
child.info('keep this')
child.info('drop this')
flush('filter')
child.filters.clear()
second = io.StringIO()
h2 = logging.StreamHandler(second)
h2.setLevel(logging.ERROR)
h2.setFormatter(logging.Formatter('{levelname:>8}|{message}|{funcName}|{lineno:d}', style='{'))
child.addHandler(h2)


def function():
    child.error('where')
    child.info('low')


function()
print(second.getvalue().split('|')[:3], child.hasHandlers(), len(child.handlers))
child.propagate = False
child.error('only second')
flush('no propagation')
handler.setFormatter(logging.Formatter('$levelname $message', style='$'))
log.error('dollar')
log.error('bad args %d', 'x') if False else log.error('extra', extra={'user': 'ann'})
flush('dollar')
for f in (lambda: log.error('x', extra={'message': 1}), lambda: log.setLevel('NOPE'), lambda: log.setLevel(1.5), lambda: logging.getLogger(5), lambda: logging.Formatter(style='x'), lambda: logging.Formatter('%(x', style='%'), lambda: log.log('high', 'x'), lambda: logging.getLevelName('ERROR'), lambda: logging.getLevelName(99), lambda: logging.getLogger('app') is log, lambda: log.isEnabledFor(logging.DEBUG), lambda: log.parent.name, lambda: child.parent.name, lambda: repr(child), lambda: logging.getLogger('app.sub').name, lambda: root.manager.loggerDict['app.sub'].__class__.__name__):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class Collect(logging.Handler):
    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append((record.levelno, record.getMessage(), record.args, record.module, record.funcName))


c = Collect()
log.addHandler(c)
log.error('args %s and %s', 1, [2])
adapter = logging.LoggerAdapter(log, {'id': 7})
adapter.error('adapted')
print(c.records)
log.removeHandler(c)
old, logging.raiseExceptions = logging.raiseExceptions, False
log.error('broken %d', 'not a number')
logging.raiseExceptions = old
logging.disable(logging.CRITICAL)
log.critical('disabled')
flush('after disable')
logging.disable(logging.NOTSET)
sys.stderr = sys.stdout
root.removeHandler(handler)
logging.getLogger('lonely').warning('last resort')
log.error('%s %s', 'too few')
print('done')
logging.getLogger('x').handle(5)
