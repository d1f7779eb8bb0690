"""What built-in functions and methods say when their arguments don't fit."""


def show(text, **extra):
    try:
        print(text, '->', repr(eval(text, globals(), extra))[:60])
    except Exception as e:
        print(text, '->', type(e).__name__, '|', e)


for text in ['len()', 'len(1, 2)', 'len(obj=[])', 'len(5)', '[].append()', '[].append(1, 2)', '[].append(x=1)', '[].extend()', '[].extend(5)', '[].insert(1)', '[].insert("a", 1)', '[].pop()',
             '[1].pop(5)', '[1].pop("a")', '[1].pop(1, 2)', '[].remove(1)', '[].index(1)', '[1].index(1, "a")', '[1].index()', '[].count()', '[].sort(1)', '[].sort(foo=1)',
             '[].sort(key=5) or [2, 1].sort(key=5)', '[].reverse(1)', '[].copy(1)', '[].clear(1)', 'list(1, 2)', 'list(x=1)', 'list(iterable=[])', 'tuple(1, 2)', 'tuple(x=1)', '().index(3)', '(1, 2).count()',
             'dict(1)', 'dict([1])', 'dict([(1,)])', 'dict([(1, 2, 3)])', 'dict(["ab", "c"])', 'dict(1, 2)', 'dict([[]])', 'dict([([], 1)])', '{}.get()', '{}.get(1, 2, 3)', '{}.get(k=1)', '{}.get([])',
             '{}.pop()', '{}.pop(1)', '{}.pop(1, 2, 3)', '{}.popitem()', '{}.popitem(1)', '{}.setdefault()', '{}.setdefault([])', '{}.update(5)', '{}.update([5])', '{}.update(1, 2)', '{}.update([(1, 2, 3)])',
             'dict.fromkeys()', 'dict.fromkeys(5)', 'dict.fromkeys([[]])', '{}.keys(1)', '{}.items().foo', 'set(1)', 'set([[]])', 'set(1, 2)', 'set(a=1)', 'set().add()', 'set().add([])', 'set().remove(1)',
             'set().remove([])', 'set().discard([])', 'set().pop()', 'set().update(5)', 'set().union(5)', 'set() | [1]', 'set() < [1]', '{1}.issubset(5)', 'frozenset().add(1)', 'frozenset(1, 2)',
             '"".join()', '"".join(5)', '"".join([1])', '"".join(["a", b"b"])', '",".join(["a", "b", 3])', '"".split(5)', '"a".split("")', '"a".split(None, "x")', '"a".split(sep=",", max=1)', '"a".replace("a")',
             '"a".replace(1, 2)', '"a".replace("a", "b", "c")', '"a".find()', '"a".find(1)', '"a".find("a", "b")', '"a".index("b")', '"a".rindex("b")', '"a".count()', '"a".startswith()', '"a".startswith(1)',
             '"a".startswith((1,))', '"a".endswith(["a"])', '"a".strip(1)', '"a".center()', '"a".center("x")', '"a".center(5, "xx")', '"a".center(5, 1)', '"a".ljust(5, "")', '"a".zfill()', '"a".zfill("5")',
             '"a".encode(5)', '"a".encode("nope")', '"é".encode("ascii")', '"a".encode("utf-8", "nope")', '"é".encode("ascii", "nope")', '"a".expandtabs("x")', '"a".partition()', '"a".partition("")', '"a".partition(1)',
             '"a".translate()', '"a".translate(5)', '"a".maketrans()' , 'str.maketrans(1)', 'str.maketrans({"ab": 1})', 'str.maketrans({1.5: 1})', 'str.maketrans("ab", "c")', 'str.maketrans("a", 1)', 'str.maketrans("a", "b", 1)',
             '"{}".format()', '"{a}".format()', '"{0.x}".format(1)', '"{0[a]}".format([1])', '"{".format()', '"}".format()', '"{!z}".format(1)', '"{:d}".format("a")', '"{} {0}".format(1)', '"{0} {}".format(1)',
             '"{0.}".format(1)', '"{0[}".format(1)', '"{0[]}".format([1])', '"{!}".format(1)', '"{:{}}".format(1)', '"{:{:{}}}".format(1, 2, 3)', '"a".removeprefix(1)', '"a".splitlines("x", 1)', '"a".isalpha(1)', 'str(1, 2)', 'str(b"a", 2)',
             'str(1, "ascii")', 'str("a", "ascii")', 'str(b"\\xff", "ascii")', 'str(b"a", "nope")', 'str(object=b"a", errors="strict")', 'str(a=1)', 'str(1, 2, 3, 4)', 'str.upper()', 'str.upper(5)', 'str.join("a")', 'int.bit_length()',
             'int.bit_length("a")', '(5).to_bytes()', '(5).to_bytes(0, "big")', '(500).to_bytes(1, "big")', '(-5).to_bytes(1, "big")', '(5).to_bytes(1, "x")', '(5).to_bytes(-1, "big")', 'int.from_bytes()', 'int.from_bytes(5)',
             'int.from_bytes("a", "big")', 'int.from_bytes(b"a", "x")', 'int.from_bytes([256])', '(1.5).hex(1)', 'float.fromhex("x")', 'float.fromhex("0x1p99999")', 'float.fromhex(5)', 'float.as_integer_ratio(1)', 'float("inf").as_integer_ratio()',
             'float("nan").as_integer_ratio()', '(1).foo', '(1).real(1)', 'slice(1).indices()', 'slice(1).indices(-1)', 'slice("a").indices(1)', 'slice(1, 2, 0).indices(3)', 'range(3).count()', 'range(3).index("a")', 'type.mro()', 'type.__call__()',
             'object().__init__(1)', 'object().__reduce_ex__()', 'object().__reduce_ex__("a")', 'object().__format__(1)', 'object().__setattr__(1)', 'object().__getattribute__(1)', 'property(1, 2, 3, 4, 5)', 'property(x=1)', 'staticmethod()', 'classmethod(1, 2)']:
    show(text)
"a".center(None)
