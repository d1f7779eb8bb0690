"""Comparing ints, floats, bools, complex of one another; hashes; sorting mixed numbers."""
values = [0, -0.0, False, 1, 1.0, True, 2 ** 53, 2.0 ** 53, 2 ** 53 + 1, -2 ** 63, -2.0 ** 63, 10 ** 22, 1e22, 10 ** 23, 1e23, 0.1, 0.5, 10 ** 400, float('inf'), float('-inf'), float('nan'), 3 + 0j, 3]
for i, a in enumerate(values):
    row = ''
    for b in values:
        try:
            row += '<' if a < b else '=' if a == b else '>' if a > b else '?'
        except TypeError:
            row += '=' if a == b else 'x'
    print(f'{str(a)[:12]:>12}', row)
for a in values:
    for b in values:
        if a == b:
            assert hash(a) == hash(b), (a, b)
print('hashes agree')
nums = [v for v in values if not isinstance(v, complex) and v == v]
s = sorted(nums)
print([str(x)[:10] for x in s])
assert all(not (b < a) for a, b in zip(s, s[1:]))
print(max(1, 1.0), max(1.0, 1), max(True, 1), min(0, -0.0), min(-0.0, 0), max([1, 2.5]), sorted([True, 0.5, 0]), 1 == 1.0 == True, 1 < 1.5 < 2, 1 in [1.0], {1: 'a'}[1.0], {1.0: 'b'}[True], len({1, 1.0, True, 1 + 0j}))
for op in '<', '<=', '>', '>=':
    for a, b in [(1, 'a'), ('a', 1), (1, None), (None, None), (1j, 1), (1, 1j), (1j, 1j), ([], 1), (1, ()), (b'a', 'a'), ({}, {}), (object, 1)]:
        try:
            print(eval(f'a {op} b'), end=' ')
        except TypeError as e:
            print(e, end='; ')
    print()
print(1 != '1', [] != (), None == 0, '' == False, 0 == False, 1j == 1, b'' == '', (1,) == [1], float('nan') != float('nan'))
sorted([1, 1j])
