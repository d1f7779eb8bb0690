# Ints of one to ten machine words: text and back, and operators at the words' ends.
import random

random.seed(7)
values = {0, 1, 9, 10}
for bits in (61, 62, 63, 64, 65, 126, 127, 128, 129, 192, 511, 512, 513, 640):
    values.update((2**bits, 2**bits - 1, 2**bits + 1, random.getrandbits(bits)))
for digits in (18, 19, 20, 37, 38, 39, 57, 76, 154, 155):
    values.update((10**digits, 10**digits - 1, 10**digits + 7, 7 * 10**digits))
values = sorted(values | {-v for v in values})
for v in values:
    text = str(v)
    print(text)
    assert int(text) == v and repr(v) == text and f"{v:d}" == text and "%d" % v == text
    for base, shown in ((2, bin(v)), (8, oct(v)), (16, hex(v))):
        assert int(shown, base) == int(shown, 0) == v
    assert int("  " + text[:1] + text[1:].replace("5", "5_").rstrip("_") + "\n") == v
    assert int(("-" if v < 0 else "") + "000" + text.lstrip("-")) == v


def fold(x):
    return x % 1000003


total = 0
for a in values:
    for b in values:
        assert (a & b) + (a | b) == a + b and (a ^ b) == (a | b) - (a & b)
        assert (a * b == 0) == (a == 0 or b == 0)
        if b:
            assert a * b // b == a and a // b * b + a % b == a
        total += fold(a & b) + fold(a | b) * 3 + fold(a ^ b) * 5 + fold(a * b) * 7
    for count in (0, 1, 2, 29, 62, 63, 64, 65, 127, 128, 200):
        assert a << count == a * 2**count and a >> count == a // 2**count
        total += fold(a << count) + fold(a >> count)
print(total)

wrong = ["", " ", "_1", "1_", "1__2", "1_2_", "0x", "12a", "0b2", "+-1"]
for text in wrong + ["1" * 40 + "x", "_" * 200, "9" * 150 + "_", "0x" + "f" * 30 + "g"]:
    for base in (0, 2, 10, 16, 36):
        try:
            print(base, int(text, base))
        except ValueError as e:
            print(base, "ValueError", e)
for text in ("00", "0_0", "0000000000000000000000000", "01", "00000000000000000000000001", "0_7"):
    try:
        print(int(text, 0))
    except ValueError as e:
        print(e)
print(int("z" * 60, 36), int("1" * 300, 3) % 10**9, int(b"1234567890" * 12), int("٣" * 25), int("1_000" * 30))
