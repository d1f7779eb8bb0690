# time: conversions at the borders, errors, time zones by TZ.
import os
import time


def show(f, *args):
    try:
        print(f.__name__, *args, f(*args))
    except Exception as e:
        print(f.__name__, *args, type(e).__name__, e)


for f, *args in ((time.strftime, '%Y', (1, 2)), (time.strftime, 'a\0b'), (time.strftime, '%Y', ('a',) * 9), (time.strftime, '%Y', [1]),
                 (time.strftime,), (time.strftime, 1), (time.sleep, -1), (time.sleep, 'a'), (time.sleep, float('nan')), (time.sleep, 1e30),
                 (time.sleep, 10**30), (time.sleep,), (time.localtime, 1e30), (time.localtime, 10**30), (time.localtime, 10**18),
                 (time.localtime, 'a'), (time.gmtime, float('nan')), (time.mktime, (10**10,) * 9), (time.mktime, (1, 2, 3)),
                 (time.clock_gettime, 12345), (time.clock_settime_ns, 0, 1.5), (time.get_clock_info, 'x'), (time.get_clock_info, 1),
                 (time.time, 1), (time.asctime, 1), (time.ctime, 1e20), (time.gmtime, 0), (time.gmtime, -1.5), (time.gmtime, 1e9),
                 (time.asctime, time.gmtime(0)), (time.strftime, '%Y-%m-%d %H:%M:%S %j %a %b %% \u20ac', time.gmtime(10**9)),
                 (time.strftime, '%Y', (2**31 - 1,) + (0,) * 8), (time.strftime, '%Y', (-2**31,) + (0,) * 8),
                 (time.struct_time, (1, 2)), (time.struct_time, range(9)), (time.struct_time, range(11)), (time.struct_time,)):
    show(f, *args)
for i in range(9):
    for v in (-1, 0, 400, 100000):
        fields = list(time.gmtime(0))
        fields[i] = v
        show(time.asctime, tuple(fields))
        show(time.strftime, '%c', tuple(fields))
for zone in ('UTC', 'EST+05EDT,M4.1.0,M10.5.0', 'AEST-10AEDT-11,M10.5.0,M3.5.0'):
    os.environ['TZ'] = zone
    time.tzset()
    print(time.tzname, time.timezone, time.altzone, time.daylight, time.localtime(10**9), time.localtime(10**9).tm_zone,
          time.mktime(time.localtime(10**9)))
t = time.gmtime(0)
print(t.tm_zone, t.tm_gmtoff, t[:], len(t), t == tuple(t), t.n_fields, t.n_sequence_fields, t.__reduce__())
before = time.monotonic()
time.sleep(0.02)
print(0.02 <= time.monotonic() - before < 5)
for name in ('time', 'monotonic', 'perf_counter', 'process_time', 'thread_time'):
    print(time.get_clock_info(name))
