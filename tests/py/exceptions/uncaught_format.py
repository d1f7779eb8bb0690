# expect: stderr-full
"""A bad format code far to the right on a long line with wide characters."""
名前, 値 = 'テスト', [1, 2, 3]
print(f'{名前:>8}|{sum(値):05d}')
print(f'{名前:>8}|{sum(値):05d}|{max(値):.2f}|{名前!r:<12}|{値[0]:x}|{名前:d}|{値[-1]}')
