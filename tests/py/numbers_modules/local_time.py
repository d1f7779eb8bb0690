# Dates and times of day of points in time, on several clocks: asked again and again nearby (what is remembered of the clock must be right),
# at the moments at which clocks are changed, far away, and after changes of TZ that nobody, or somebody, has looked at.
import datetime
import os
import time
import zlib

POINTS = [0, -1, 1, 951782400, 951868799, 951868800, 4107456000, 1711846800, 1729990800, 1698541200, 1679792400, 1710054000, 1730613600,
          1712419200, 1728144000, -2208988800, -2717640000, 253402300799, -62135596800, -62167219200, 67768036191676799 - 10 ** 6]


def look(convert, points):
    crc = 0
    for p in points:
        for d in range(-3600, 3600, 450):
            for _ in range(3):
                t = convert(p + d)
                crc = zlib.crc32(repr((tuple(t), t.tm_zone, t.tm_gmtoff)).encode(), crc)
    return crc


for zone in 'UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'EST5EDT,M3.2.0,M11.1.0', 'right/UTC', 'Nowhere/X':
    os.environ['TZ'] = zone
    time.tzset()
    print(zone, look(time.localtime, POINTS), time.timezone, time.tzname)
    print(datetime.datetime.fromtimestamp(1711846800), datetime.datetime.fromtimestamp(1711846799), datetime.datetime(2024, 10, 27, 2, 30).timestamp(),
          datetime.datetime(2024, 10, 27, 2, 30, fold=1).timestamp())
print('utc', look(time.gmtime, POINTS))
crc = 0
for day in range(-800000, 800000, 13):
    crc = zlib.crc32(repr(tuple(time.gmtime(day * 86400 + day % 86400))).encode(), crc)
print(crc)

# A change of TZ counts from when the C library looks at it.
os.environ['TZ'] = 'UTC'
time.tzset()
now = 1720000000
print([time.localtime(now + i).tm_hour for i in range(5)])
os.environ['TZ'] = 'Asia/Tokyo'
print([time.localtime(now + i).tm_hour for i in range(5)])
time.mktime((2024, 1, 1, 0, 0, 0, 0, 0, -1))
print([time.localtime(now + i).tm_hour for i in range(5)])
del os.environ['TZ']
os.putenv('TZ', 'America/New_York')
print([time.localtime(now + i).tm_hour for i in range(5)])
time.tzset()
print([time.localtime(now + i).tm_hour for i in range(5)], time.strftime('%H %Z', time.localtime(now)))

for far in 10 ** 17, -10 ** 17, 2 ** 63 - 1, -2 ** 63, 2 ** 62:
    for convert in time.gmtime, time.localtime:
        try:
            print(convert(far))
        except (OverflowError, OSError) as e:
            print(type(e), e)
