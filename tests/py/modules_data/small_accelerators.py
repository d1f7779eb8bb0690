import _opcode, _statistics, _typing, opcode, statistics
for op in range(256):
    row = []
    for arg in (None, 0, 1, 2, 3, 4, 7, 8, 256, 300):
        for jump in (None, True, False):
            try: row.append(_opcode.stack_effect(op, arg, jump=jump) if arg is not None else _opcode.stack_effect(op, jump=jump))
            except ValueError as e: row.append(str(e)[:20])
    if not op in (3, 4, 5, 6): print(op, row if len(set(row)) > 1 else row[0])
for a in ((100, 3.5), (1, 3), (100, 1, 4)):
    try: print(_opcode.stack_effect(a[0], a[1], jump=a[2] if len(a) > 2 else None))
    except Exception as e: print(type(e).__name__, e)
print(_opcode.get_specialization_stats())
for p in (1e-300, 1e-20, 0.01, 0.075, 0.3, 0.5, 0.7, 0.93, 0.99, 1 - 1e-12):
    print(repr(_statistics._normal_dist_inv_cdf(p, 100.0, 15.0)))
for a in ((0, 1, 1), (1, 0, 1), (.5, 0, 0)):
    try: print(_statistics._normal_dist_inv_cdf(*a))
    except ValueError as e: print(e)
print(statistics.NormalDist(1, 2).inv_cdf(0.25), _typing._idfunc(3))
