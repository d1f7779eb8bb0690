# Slices of bytes, bytearray and memoryview by every kind of bounds and steps.
data = bytes(range(40, 60))
bounds = [None, 0, 1, 3, 19, 20, 21, 99, -1, -3, -20, -21, -99, 2**70, -(2**70), True]
checks = 0
for start in bounds:
    for stop in bounds:
        reference = list(data)[start:stop]
        for octets in (data, bytearray(data), memoryview(data), memoryview(bytearray(data))):
            part = octets[start:stop]
            assert type(part) is type(octets) and list(part) == reference
            checks += 1
        for step in (1, 2, 3, 5, 7, 19, 20, 2**62, 2**70, -1, -2, -3, -4, -19, -20, -(2**62), None):
            reference = list(data)[start:stop:step]
            for octets in (data, bytearray(data), memoryview(data)):
                assert list(octets[start:stop:step]) == reference
                checks += 1
print(checks)


def parts(b):
    whole = b[:]
    head, tail = b[:3], b[3:]
    whole[0] = 0
    head += tail
    return b, whole, head, b[5:2], b[2:5], b[-3:]


class Sub(bytearray):
    def __getitem__(self, key):
        return key


for _ in range(200):
    result = parts(bytearray(b"abcdef"))
print(result, Sub(b"abc")[1:2], type(Sub(b"abc") + b"x"))
view = memoryview(result[0])
part = result[0][1:3]
part.extend(b"zzz")
print(part, bytes(view))
for bad in ("a", 1.5, None, (1,)):
    try:
        print(bytearray(b"abc")[bad:])
    except TypeError as e:
        print(e)
