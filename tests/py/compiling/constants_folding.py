"""What constant folding must not change: errors at run time, identity-free results, huge results, -0.0."""
for source in ['1 / 0', '1 % 0', '1 // 0', '2 ** -1', '0 ** -1', '"a" + 1', '"a" * -1', '"a" * 3', '(1, 2)[5]', '(1, 2)["a"]', '"abc"[1]', '"abc"[10]', '1 << -1', '1 << 5', '-"a"', '~1.5', 'not ()', '-0', '-0.0', '0.0 * -1', '1e308 * 10', '(-1) ** 0.5', '2 ** 0.5', '1 + 2j', '-(1 + 2j)', '"a" "b" + "c"', '(1,) + (2,)', '(1, 2) * 2', '[1, 2][0]', '{1: 2}[1]', '1 if 0 else 2', '() or 5', '"" and 5', '1 < 2 < 3', '1 < 2 > 5', '1 in (1, 2)', '1 in [1, 2]', '1 in {1, 2}', '[] in [[]]', '"a" in "abc"', '1 is 1 or 2', 'not 1 in (1,)', '10 ** 20 % 7', '7 // -2', '-7 % 3', '5 & 3 | 8 ^ 1', '1_000 * 1_000', '"%s" % 5', '"%d" % "x"', '"%s %s" % (1,)', '"%(a)s" % 5', 'b"a" + b"b"', 'b"a" * 2', '1 .real', '(1).bit_length()', '"x".upper()', '__debug__', 'None is None', '... is ...', 'True + True', '-True', '+5', '+"a"', 'f"{1}{2}"', 'f"a{"b"}c"', '(lambda: 5)()', '[*(1, 2)]', '{**{}}', '(1 if 1 else 0, 2)']:
    try:
        r = eval(source)
        print(source, '->', repr(r))
    except Exception as e:
        print(source, '->', type(e).__name__, e)
import warnings
for source in ['1 is 1', '"a" is x', 'x is not 5', '() is x', 'x is ()', '1()', '"a"()', '[1]()', '{}()', '(1, 2)()', '(lambda: 1)()', '1[0]', '"a"["b"]', '[1]["a"]', '(1, 2)["x"]', '[1][2, 3]', 'assert (x, "m")', 'assert ()', '"a" 1 if 0 else 1' if False else 'x', 'f"a"()', 'None()', '...()', 'None[0]', '{1}[0]', 'f"{x}"[y]', '[x for x in y]()', '1.5["a"]', '"a"[1.5]', '[1][1:2]', '[1][None]', '[(1)(2)]', '[1, 2 (3)]' if False else 'x']:
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        try:
            compile(source, 's', 'exec')
        except SyntaxError as e:
            print(source, 'SyntaxError', e.msg)
            continue
        print(source, [(x.category.__name__, str(x.message)) for x in w])


def loops():
    out = []
    while 0:
        out.append('never')
    while 1:
        out.append('once')
        break
    if '':
        out.append('no')
    elif 5:
        out.append('yes')
    if None is None and not False:
        out.append('and')
    for _ in ():
        out.append('empty')
    else:
        out.append('else')
    assert 1
    if __debug__:
        out.append('debug')
    return out
    out.append('unreachable')


print(loops())


def zeros():
    return 0.0, -0.0, 0, False, 0j, -0j, (0.0, -0.0), [-0.0], 0.0 == -0.0, {0.0, -0.0}, (1, 1.0, True), {1: 'a', 1.0: 'b', True: 'c'}


print(zeros())


def same_const():
    return [type(x).__name__ for x in (1, 1.0, True, 1 + 0j, '1', b'1', (1,), (1.0,), (True,), frozenset([1]))]


print(same_const())
big = 2 ** 100000
print(big.bit_length(), len('x' * 5000), len((1,) * 300), 1 << 200)
(1, 2)[3]
