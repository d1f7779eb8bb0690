"""Attributes and functions of sys that don't depend on the build."""
import sys


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


print(sys.byteorder, sys.maxsize, sys.maxunicode, sys.version_info[:2], sys.version_info.major, sys.hexversion >> 16 == 0x030b, sys.api_version, sys.platform, sys.copyright[:9] == 'Copyright' or True, sys.float_repr_style, sys.platlibdir, sys.abiflags)
print(sys.float_info.max, sys.float_info.epsilon, sys.float_info.dig, sys.float_info.mant_dig, sys.float_info.min_exp, sys.int_info.bits_per_digit > 0, sys.hash_info.width, sys.hash_info.modulus, sys.hash_info.inf, sys.hash_info.nan, sys.hash_info.imag, sys.hash_info.algorithm, sys.hash_info.hash_bits, sys.thread_info.name)
print(sys.version_info, sys.version_info >= (3, 11), sys.version_info.releaselevel in ('final', 'candidate'), sys.version.startswith('3.11'), type(sys.flags).__name__, type(sys.version_info).__name__, sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())
print(type(sys.implementation).__name__, sorted(k for k in vars(sys.implementation) if k in ('name', 'version', 'hexversion', 'cache_tag')), sys.implementation.hexversion >> 16 > 0, isinstance(sys.implementation.cache_tag, str))
show(lambda: sys.getsizeof(5) > 0)
show(lambda: sys.getsizeof(object(), -1) > 0)
show(lambda: sys.getsizeof())


class Size:
    def __sizeof__(self):
        return -1


show(lambda: sys.getsizeof(Size()))
show(lambda: sys.getsizeof(Size(), 'default'))
show(lambda: sys.getrefcount([]) >= 1)
show(lambda: sys.getrefcount())
show(lambda: sys.intern('a b') is sys.intern('a b'))
show(lambda: sys.getswitchinterval())
show(lambda: sys.setswitchinterval(0.001) or sys.getswitchinterval())
show(lambda: sys.setswitchinterval(0))
show(lambda: sys.setswitchinterval(-1))
show(lambda: sys.setswitchinterval('x'))
sys.setswitchinterval(0.005)
show(lambda: sys.displayhook('shown'))
show(lambda: sys.displayhook(None))
import builtins
show(lambda: builtins._)
show(lambda: sys.displayhook())
show(lambda: sys.exc_info())
show(lambda: sys.exception())
show(lambda: sys._getframe(-1) is not None)
show(lambda: sys._getframe('x'))
show(lambda: sys.call_tracing(lambda a: a * 2, (5,)))
show(lambda: sys.is_finalizing())
show(lambda: sys.getallocatedblocks() >= 0)
show(lambda: sys.gettrace())
show(lambda: sys.getprofile())
show(lambda: sys.set_int_max_str_digits('x'))
show(lambda: sys.audit('my.event', 1, 2))
events = []
sys.addaudithook(lambda name, args: events.append((name, args)) if name.startswith('my.') else None)
sys.audit('my.event', 1, [2])
print(events)


def blocking(name, args):
    if name == 'my.blocked':
        raise RuntimeError('blocked by hook')


sys.addaudithook(blocking)
show(lambda: sys.audit('my.blocked'))
show(lambda: sys.audit())
show(lambda: sys.audit(5))
show(lambda: sys.unraisablehook)
show(lambda: type(sys.stdlib_module_names).__name__ + str('json' in sys.stdlib_module_names))
show(lambda: sys.orig_argv[-1] == sys.argv[0])
show(lambda: sys.flags.optimize)
show(lambda: setattr(sys.flags, 'optimize', 1))
show(lambda: type(sys.flags)())
show(lambda: sys.version_info._replace(major=4))
show(lambda: (sys.prefix == sys.base_prefix, sys.exec_prefix == sys.base_exec_prefix))
show(lambda: all(isinstance(p, str) for p in sys.path))
show(lambda: sys.breakpointhook.__name__)
show(lambda: sys.warnoptions)
show(lambda: sys.tracebacklimit)
sys.setrecursionlimit(None)
