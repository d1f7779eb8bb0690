# memoryview == ...: of octets in a row, and everything else.
import array

data = bytes(range(50))
views = {
    "bytes": memoryview(data),
    "bytearray": memoryview(bytearray(data)),
    "array": memoryview(array.array("B", data)),
    "signed": memoryview(array.array("b", data)),
    "cast": memoryview(data).cast("b"),
    "chars": memoryview(data).cast("c"),
    "words": memoryview(data[:48]).cast("I"),
    "table": memoryview(data).cast("B", [5, 10]),
    "every": memoryview(bytes(x for y in data for x in (y, 255)))[::2],
    "back": memoryview(data[::-1])[::-1],
    "part": memoryview(b"xx" + data + b"yy")[2:-2],
    "empty": memoryview(b""),
    "other": memoryview(data[:-1] + b"\xff"),
}
for a, x in views.items():
    print(a, [b for b, y in views.items() if x == y])
    print(x == data, x == bytearray(data), x == array.array("B", data), x != data, x == list(data))
released = memoryview(data)
released.release()
print(released == released, released == memoryview(data), memoryview(data) == released, memoryview(b"") == memoryview(bytearray()))
