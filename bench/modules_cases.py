"""The cases of modules.py: run by each interpreter, prints {"topic.case": seconds} for the topics named (all without arguments)."""
import json
import time

from timing import case, run_cases

RECORDS = [{'id': i, 'name': 'user %d' % i, 'score': i * 1.37, 'tags': ['a', 'bb', 'ccc'], 'active': i % 2 == 0,
            'nested': {'x': i, 'y': -i, 'z': None}} for i in range(300)]
WORDS = ('the quick brown fox jumps over the lazy dog and runs away from %d wolves' * 40).split()


@case('json.loads')
def _():
    text = json.dumps(RECORDS)
    return lambda: json.loads(text)


@case('json.loads_floats')
def _():
    text = json.dumps([i / 7 for i in range(3000)])
    return lambda: json.loads(text)


@case('json.loads_escapes')
def _():
    text = json.dumps(['caf\u00e9 \u4e2d\u6587 "%d"\n' % i for i in range(1000)])
    return lambda: json.loads(text)


@case('json.dumps')
def _():
    return lambda: json.dumps(RECORDS)


@case('json.dumps_text')
def _():
    texts = ['caf\u00e9 \u4e2d\u6587 "%d"\n' % i for i in range(1000)]
    return lambda: json.dumps(texts, ensure_ascii=False)


@case('pickle.dumps')
def _():
    import pickle
    return lambda: pickle.dumps(RECORDS)


@case('pickle.loads')
def _():
    import pickle
    data = pickle.dumps(RECORDS)
    return lambda: pickle.loads(data)


class Point:
    def __init__(self, x, y):
        self.x, self.y, self.name = x, y, 'p%d' % x


@case('pickle.dumps_objects')
def _():
    import pickle
    points = [Point(i, -i) for i in range(500)]
    return lambda: pickle.dumps(points)


@case('pickle.loads_objects')
def _():
    import pickle
    data = pickle.dumps([Point(i, -i) for i in range(500)])
    return lambda: pickle.loads(data)


@case('struct.pack')
def _():
    import struct
    pack = struct.Struct('<IHhq2d8s').pack

    def run():
        for i in range(2000):
            pack(i, 1, -2, i << 20, 1.5, 2.5, b'abcdefgh')
    return run


@case('struct.unpack')
def _():
    import struct
    s = struct.Struct('<IHhq2d8s')
    data = s.pack(1, 2, 3, 4, 5.0, 6.0, b'abcdefgh')
    unpack = s.unpack

    def run():
        for i in range(2000):
            unpack(data)
    return run


@case('struct.iter_unpack')
def _():
    import struct
    data = b'\1\2\3\4\5\6\7\0' * 5000
    return lambda: sum(a for a, b in struct.iter_unpack('<II', data))


@case('csv.read')
def _():
    import csv
    lines = ['user %d,"quoted, text",%d,"a ""b"" c",,3.14159\n' % (i, i) for i in range(1000)]
    return lambda: list(csv.reader(lines))


@case('csv.write')
def _():
    import csv
    import io
    rows = [['user %d' % i, 'some, text', i, 'a "b" c', None, 3.14159] for i in range(1000)]
    return lambda: csv.writer(io.StringIO()).writerows(rows)


@case('csv.dict_reader')
def _():
    import csv
    lines = ['a,b,c,d\n'] + ['%d,x,y,z\n' % i for i in range(500)]
    return lambda: list(csv.DictReader(lines))


@case('re.findall')
def _():
    import re
    text = ' '.join('user%d@example.com, 2020-01-%02d' % (i, i % 28 + 1) for i in range(500))
    p = re.compile(r'(\w+)@(\w+)\.com, (\d{4})-(\d\d)-(\d\d)')
    return lambda: p.findall(text)


@case('re.sub')
def _():
    import re
    text = ' '.join(WORDS)
    p = re.compile(r'\b(\w)(\w*)\b')
    return lambda: p.sub(r'\2\1', text)


@case('re.match')
def _():
    import re
    match = re.compile(r'\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*(?:#.*)?$').match
    lines = ['  name_%d = value %d  # comment' % (i, i) for i in range(500)]
    return lambda: [match(line).group(1, 2) for line in lines]


@case('re.split')
def _():
    import re
    p = re.compile(r'[,;]\s*')
    text = ', '.join(WORDS) + '; ' + ';'.join(WORDS)
    return lambda: p.split(text)


@case('hashlib.sha256')
def _():
    import hashlib
    data = bytes(range(256)) * 1000
    return lambda: hashlib.sha256(data).hexdigest()


@case('hashlib.md5_short')
def _():
    import hashlib

    def run():
        for i in range(1000):
            hashlib.md5(b'some short text').hexdigest()
    return run


@case('hashlib.sha1')
def _():
    import hashlib
    data = bytes(range(256)) * 1000
    return lambda: hashlib.sha1(data).digest()


@case('zlib.compress')
def _():
    import zlib
    data = ' '.join(WORDS).encode() * 10
    return lambda: zlib.compress(data)


@case('zlib.decompress')
def _():
    import zlib
    data = zlib.compress(' '.join(WORDS).encode() * 50)
    return lambda: zlib.decompress(data)


@case('zlib.crc32')
def _():
    import zlib
    data = bytes(range(256)) * 2000
    return lambda: zlib.crc32(data)


@case('datetime.arithmetic')
def _():
    from datetime import datetime, timedelta
    start, step = datetime(2020, 1, 2, 3, 4, 5, 6), timedelta(hours=7, seconds=3)

    def run():
        t = start
        for i in range(2000):
            t = t + step
            t - start
            t < start
    return run


@case('datetime.format')
def _():
    from datetime import datetime, timezone
    a = datetime(2020, 1, 2, 3, 4, 5, 6)
    b = a.replace(tzinfo=timezone.utc)

    def run():
        for i in range(1000):
            a.isoformat()
            str(b)
            a.strftime('%Y-%m-%d %H:%M:%S')
    return run


@case('datetime.parse')
def _():
    from datetime import date, datetime

    def run():
        for i in range(1000):
            datetime.fromisoformat('2020-01-02T03:04:05.000006')
            date.fromisoformat('2020-01-02')
    return run


@case('datetime.strptime')
def _():
    from datetime import datetime

    def run():
        for i in range(100):
            datetime.strptime('2020-01-02 03:04:05', '%Y-%m-%d %H:%M:%S')
    return run


@case('sorting.ints')
def _():
    values = [(i * 7919) % 10007 for i in range(10000)]
    return lambda: sorted(values)


@case('sorting.floats')
def _():
    values = [((i * 7919) % 10007) / 3 for i in range(10000)]
    return lambda: sorted(values)


@case('sorting.strings')
def _():
    values = ['key %d' % ((i * 7919) % 10007) for i in range(5000)]
    return lambda: sorted(values)


@case('sorting.by_key')
def _():
    values = [((i * 7919) % 10007, i) for i in range(5000)]
    return lambda: sorted(values, key=lambda p: (p[1] % 10, p[0]))


@case('sorting.tuples')
def _():
    values = [(i % 10, (i * 7919) % 10007) for i in range(5000)]
    return lambda: sorted(values, reverse=True)


@case('strings.split_join')
def _():
    text = ' '.join(WORDS)
    return lambda: '-'.join(text.split(' '))


@case('strings.replace_find')
def _():
    text = ' '.join(WORDS) * 5
    return lambda: (text.replace('fox', 'cat'), text.count('dog'), text.find('nowhere'), text.rfind('quick'), 'lazy' in text)


@case('strings.case_strip')
def _():
    words = WORDS[:500]
    return lambda: [w.upper().lower().strip().title() for w in words]


@case('strings.tests')
def _():
    words = WORDS[:500]
    return lambda: [(w.startswith('q'), w.endswith('s'), w.isalpha(), w.isdigit()) for w in words]


@case('strings.format')
def _():
    def run():
        for i in range(1000):
            'name: %s, %5d, %.2f' % ('x', i, 1.5)
            '{}: {:>8} {:.3f}'.format('a', i, 2.5)
            f'{i:05d} {i!r} {i / 3:8.3f}'
    return run


@case('strings.codecs')
def _():
    text = ('caf\u00e9 \u4e2d\u6587 ' * 500)
    data = text.encode()
    return lambda: (text.encode(), data.decode(), data.decode('utf-8', 'replace'), 'plain ascii text'.encode('ascii'))


@case('strings.translate')
def _():
    table = str.maketrans('aeiou', 'AEIOU', 'xyz')
    text = ' '.join(WORDS)
    return lambda: text.translate(table)


def temporary():
    import os
    import tempfile
    handle, path = tempfile.mkstemp()
    os.close(handle)
    return path


@case('files.read_lines')
def _():
    path = temporary()
    with open(path, 'w', encoding='utf-8') as f:
        f.writelines('line %d of the file\n' % i for i in range(5000))

    def run():
        n = 0
        with open(path, encoding='utf-8') as f:
            for line in f:
                n += len(line)
        return n
    return run


@case('files.read_binary_lines')
def _():
    path = temporary()
    with open(path, 'wb') as f:
        f.writelines(b'line %d of the file\n' % i for i in range(5000))

    def run():
        n = 0
        with open(path, 'rb') as f:
            for line in f:
                n += len(line)
        return n
    return run


@case('files.write_lines')
def _():
    path = temporary()
    lines = ['line %d of the file\n' % i for i in range(5000)]

    def run():
        with open(path, 'w', encoding='utf-8') as f:
            for line in lines:
                f.write(line)
    return run


@case('files.read_all')
def _():
    path = temporary()
    with open(path, 'w', encoding='utf-8') as f:
        f.writelines('line %d of the file\n' % i for i in range(20000))

    def run():
        with open(path, encoding='utf-8') as f:
            return f.read().splitlines()
    return run


run_cases()
