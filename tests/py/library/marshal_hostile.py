"""Data that marshal must refuse, or survive."""
import io
import marshal
import sys

here = sys.implementation.name == 'taipan'


def show(data):
    try:
        print('value', type(marshal.loads(data)).__name__)
    except (ValueError, EOFError, TypeError) as e:
        print(type(e).__name__)


for data in (b'', b'?', b'i\x01', b'l\xff\xff\xff\x7f\x01\x00', b's\xff\xff\xff\x7fab', b'(\xff\xff\x0f\0', b'[\x02\0\0\0N', b'r\0\0\0\0', b'{i\x01\0\0\0',
             b')\x01i\x07\0\0\0', b'u\x02\0\0\0\xc3\xa9'):
    show(data)
big = tuple(range(100_000))
print(marshal.load(io.BytesIO(marshal.dumps([big, big]))) == [big, big])
# (CPython takes the memory first: 16 GB.)
for data in (b'(\xff\xff\xff\x7f', b'(\xff\xff\xff\x7fNN', b'[\xff\xff\xff\x6fNN') if here else ():
    try:
        marshal.load(io.BytesIO(data))
    except EOFError:
        pass
# A tuple that holds itself has no hash; CPython overflows its stack.
itself = marshal.loads(b'\xa9\x01r\0\0\0\0')
print(repr(itself), itself[0] is itself)
if here:
    try:
        hash(itself)
    except RecursionError:
        pass
# Text that isn't UTF-8 in a message.
try:
    marshal.loads(b'f\x02\xff\xf0')
except ValueError:
    print('no number')
