# ctypes: simple values, arrays, structures and unions with their layout, pointers, calls, callbacks, buffers, errors.
import ctypes
import gc
import pickle
import re
import threading
from ctypes import *

ADDRESS = re.compile(r"0x[0-9a-f]+")


def show(f):
    try:
        print("->", ADDRESS.sub("0x", str(f())))
    except Exception as e:
        print(type(e).__name__, e)


for t in (c_byte, c_ubyte, c_short, c_ushort, c_int, c_uint, c_long, c_ulong, c_longlong, c_float, c_double, c_longdouble, c_bool, c_char, c_wchar):
    print(t.__name__, sizeof(t), alignment(t), t())
print(c_byte(200), c_ubyte(-1), c_short(70000), c_int(1 << 40), c_bool(5), c_char(b"x"), c_wchar("é"), c_float(0.1).value, bool(c_int(0)))
for bad in (lambda: c_int("a"), lambda: c_int(1.5), lambda: c_char(b"xy"), lambda: c_wchar("ab"), lambda: c_float("x"), lambda: c_char_p(1.5),
            lambda: c_void_p("a"), lambda: Structure(), lambda: Array(), lambda: c_int * -1, lambda: sizeof(5), lambda: byref(5)):
    show(bad)

Row = c_int * 4
Grid = Row * 2
row = Row(1, 2, 3)
grid = Grid(row, (5, 6))
print(Row.__name__, len(row), row[:], row[::-1], row[-1], [list(r) for r in grid], Row is c_int * 4, Grid._length_, Grid._type_ is Row)
row[1:3] = [20, 30]
print(list(row), sizeof(grid), memoryview(grid).shape, memoryview(grid).format)
show(lambda: row[9])
show(lambda: Row(1, 2, 3, 4, 5))
text = create_string_buffer(b"hello", 10)
print(text.value, text.raw, text[1:4], sizeof(text))
text.value = b"abc"
print(text.raw, create_unicode_buffer("héllo").value)
show(lambda: setattr(text, "value", b"x" * 20))


class Point(Structure):
    _fields_ = [("x", c_int), ("y", c_double), ("name", c_char * 6)]


class Rect(Structure):
    _fields_ = [("a", Point), ("b", Point), ("next", POINTER(Point))]


class Packed(Structure):
    _pack_ = 1
    _fields_ = [("c", c_char), ("d", c_double), ("s", c_short)]


class Bits(Structure):
    _fields_ = [("a", c_uint, 3), ("b", c_uint, 5), ("c", c_int, 4), ("d", c_uint, 9), ("e", c_uint, 13), ("f", c_int, 30)]


class Either(Union):
    _fields_ = [("i", c_int), ("f", c_float), ("b", c_ubyte * 4)]


class Big(BigEndianStructure):
    _fields_ = [("h", c_ushort), ("i", c_uint)]


class Outer(Structure):
    _anonymous_ = ["u"]
    _fields_ = [("kind", c_int), ("u", Either)]


class Derived(Point):
    _fields_ = [("z", c_longlong)]


for s in (Point, Rect, Packed, Bits, Either, Big, Outer, Derived):
    print(s.__name__, sizeof(s), alignment(s), [getattr(s, f[0]) for f in s._fields_])
p = Point(1, 2.5, b"pt")
r = Rect(p, Point(x=7), pointer(p))
p.x = 99
print(p.x, p.y, p.name, r.a.x, r.b.x, r.next.contents.x, r.next[0].y)
r.a.x = 5
print(r.a.x, bytes(Big(0x102, 0x3040506)), bytes(Packed(b"c", 1.0, 2)))
bits = Bits(a=9, b=31, c=-3, d=300, e=3, f=-5)
print(bits.a, bits.b, bits.c, bits.d, bits.e, bits.f, bytes(bits).hex())
u = Either(f=1.0)
print(hex(u.i), list(u.b))
o = Outer(1)
o.i = 258
print(o.b[0], o.u.b[1], Derived(1, 2.0, b"q", 4).z)
for bad in (lambda: Point(1, 2, b"3", 4), lambda: Point("a"), lambda: Rect(("a",)), lambda: Point(q=1), lambda: setattr(Point, "_fields_", []),
            lambda: type("X", (Structure,), {"_fields_": [("a", c_int, 40)]}), lambda: type("X", (Structure,), {"_fields_": [("a", c_float, 3)]}),
            lambda: type("X", (Structure,), {"_fields_": [("a", int)]}), lambda: type("X", (Structure,), {"_fields_": 5}),
            lambda: pickle.dumps(r), lambda: hash(p), lambda: POINTER(c_int)().contents, lambda: POINTER(c_int)(c_double())):
    show(bad)
copied = pickle.loads(pickle.dumps(p))
print(copied.x, copied.name, Point.from_buffer_copy(bytes(p)).y)
raw = bytearray(bytes(p))
view = Point.from_buffer(raw)
view.x = 1234
print(Point.from_buffer_copy(raw).x, Point.from_address(addressof(p)).x)
show(lambda: Point.from_buffer(b"12"))
show(lambda: Point.from_buffer_copy(b"12"))

n = c_int(3)
pn = pointer(n)
pn[0] = 8
print(n, pn.contents, bool(pn), bool(POINTER(c_int)()), POINTER(c_int) is type(pn), cast(pn, POINTER(c_ubyte))[0])
print(cast(create_string_buffer(b"chars"), c_char_p).value, string_at(b"bytes", 3), wstring_at("wide", 2))
pn.contents = c_int(77)
print(pn[0], n.value)

libc = CDLL(None, use_errno=True)
print(libc.abs(-5), libc.strlen(b"four"), libc.toupper(ord("a")))
libc.strtol.argtypes = [c_char_p, POINTER(c_char_p), c_int]
libc.strtol.restype = c_long
rest = c_char_p()
print(libc.strtol(b"123abc", byref(rest), 10), rest.value)
libc.atof.restype = c_double
print(libc.atof(b"2.25"))
libc.strchr.restype = c_char_p
libc.strchr.argtypes = [c_char_p, c_char]
print(libc.strchr(b"abcdef", b"d"), libc.strchr(b"abc", b"z"))
for bad in (lambda: libc.strtol(1.5, None, 10), lambda: libc.strtol(b"1"), lambda: libc.abs([]), lambda: libc.abs(1 << 70)):
    show(bad)
show(lambda: hasattr(libc, "no_such_function_at_all"))
libc.close(-1)
print(get_errno(), set_errno(0), get_errno())
buffer = create_string_buffer(30)
print(libc.snprintf(buffer, c_size_t(30), b"%d %s %.2f", 7, b"str", c_double(1.5)), buffer.value)

COMPARE = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
numbers = (c_int * 6)(5, 2, 9, 1, 7, 3)
libc.qsort(numbers, 6, sizeof(c_int), COMPARE(lambda a, b: a[0] - b[0]))
print(list(numbers))


class DIV(Structure):
    _fields_ = [("quot", c_int), ("rem", c_int)]


libc.div.restype = DIV
d = libc.div(17, 5)
print(d.quot, d.rem)
libc.abs.errcheck = lambda result, func, args: (result, args)
print(libc.abs(-3))
add = CFUNCTYPE(c_double, c_int, c_double)(lambda a, b: a + b)
print(add(2, 0.5), bool(add))
results = []
t = threading.Thread(target=lambda: results.append(add(1, 1)))
t.start()
t.join()
print(results)
prototype = CFUNCTYPE(c_int, c_int)
named = prototype(("abs", libc), ((1, "number", -12),))
print(named(), named(-4), named(number=-5))
print(PYFUNCTYPE(py_object, py_object)(lambda o: [o, o])("twice"), py_object([1]).value)
show(lambda: py_object().value)
print(c_int.from_param(5), c_char_p.from_param(None), repr(byref(n))[:9], c_uint32.__ctype_be__(1).value, bytes(c_uint32.__ctype_be__(1)))
cycle = COMPARE(lambda a, b: cycle and 0)
del cycle
gc.collect()
print(sizeof(c_int * 0), resize(text, 40), sizeof(text), ctypes._pointer_type_cache[c_int] is POINTER(c_int))
