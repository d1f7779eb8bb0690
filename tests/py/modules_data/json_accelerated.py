import json
from json import encoder, decoder, scanner
import _json

def show(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except BaseException as e:
        print(type(e).__name__, e)

bad = ['', ' ', '{', '{"a', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{a:1}', '[', '[1', '[1,', '[1,]', '[1 2]', '"abc', '"a\\', '"a\\x"', '"a\\u12"',
       '"\\u12G4"', '"\\ud800\\u12G4"', '"\\ud800\\udc0"', '-', '-a', '01', '1.', '1.e3', '1e', '1e+', 'nul', 'tru', 'NaNs', '-Infinit', '"a\tb"', '"\x00"', '{"a" 1}', '{"a":1 "b":2}', '\ufeff1',
       '["\u4e2d', '{"\u4e2d": nope}', '"\U0001F600']
for s in bad:
    show(json.loads, s)
good = ['1', '-0', '-0.0', '1.5e3', '1E-2', '123456789012345678', '1234567890123456789', '-99999999999999999999999', '1e400', 'NaN', '-Infinity', '"\\u0041\\ud83d\\ude00\\ud800x"',
        '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '[[],{},"",[{}]]', ' {"a" : [ 1 , 2 ] , "b":null,"a":true} ', '["\u4e2d\u6587", "caf\u00e9", "\U0001F600"]', '"12345678abcdefgh\\n12345678"']
for s in good:
    show(json.loads, s)
show(json.loads, '"a\tb"', strict=False)
show(json.loads, '{"a":[1,2.5,NaN]}', parse_float=lambda s: 'F' + s, parse_int=lambda s: 'I' + s, parse_constant=lambda s: 'C' + s)
show(json.loads, '{"a":{"b":1}}', object_hook=lambda d: sorted(d))
show(json.loads, '{"a":{"b":1}, "a": 2}', object_pairs_hook=list)
show(json.loads, '[' * 100000)
show(json.loads, '{"a":' * 100000)
r = json.loads('[{"key": 1}, {"key": 2}]')
print(list(r[0])[0] is list(r[1])[0])
show(_json.scanstring, 'abc" rest', 0)
show(_json.scanstring, 'abc', 9)
show(_json.scanstring, 1, 2)

class S(str): pass
class I(int):
    def __repr__(self): return 'no'
class F(float):
    def __repr__(self): return 'no'
class D(dict):
    def items(self): return [('z', 1), ('y', 2)]
class L(list): pass
values = [None, True, False, 0, -1, 2**70, 1.5, -0.0, 1e300, 5e-324, float('inf'), float('nan'), '', 'a"b\\c\n\x01\x7f', 'caf\u00e9', '\u4e2d\ud800', '\U0001F600', [], (), {}, [1, [2, (3,)]],
          {'a': {'b': []}}, {1: 1, 2.5: 2, True: 3, None: 4, float('inf'): 5, 2**80: 6}, S('s'), I(3), F(2.5), D(a=1), D(), L([1]), L(), 'x' * 2000 + '\u4e2d' + 'y\n' * 30]
for v in values:
    print(json.dumps(v))
    print(ascii(json.dumps(v, ensure_ascii=False)))
show(json.dumps, {(1,): 2})
print(json.dumps({(1,): 2, 'a': 1}, skipkeys=True))
show(json.dumps, float('nan'), allow_nan=False)
show(json.dumps, {float('nan'): 1}, allow_nan=False)
show(json.dumps, object)
print(json.dumps({'b': 1, 'a': [2]}, sort_keys=True, separators=('\u00e9', ':')), json.dumps([1, 2], indent=1))
show(json.dumps, {'b': 1, 2: 3}, sort_keys=True)
print(json.dumps([{1, 2}], default=sorted))
a = []; a.append(a)
show(json.dumps, a)
d = {}; d['k'] = [({}, d)]
show(json.dumps, d)
show(json.dumps, 1j, default=lambda o: o)
deep = x = []
for i in range(60):
    y = [i]; x.append(y); x = y
print(json.dumps(deep) == json.dumps(deep), len(json.dumps(deep)))
x.append(deep)
show(json.dumps, deep)
x[-1] = deep[0]
show(json.dumps, deep)
x = []
for i in range(100000): x = [x]
try: json.dumps(x)
except RecursionError as e: print('RecursionError')
class E(json.JSONEncoder):
    def default(self, o): return 'custom'
print(json.dumps([1j], cls=E), list(E().iterencode([1j, {}])))
grow = {'a': 1j}
def adding(o):
    grow['b%d' % len(grow)] = 1
    return 0
print(json.dumps(grow, default=adding), len(grow))
shrink = [1j, 2, 3]
print(json.dumps(shrink, default=lambda o: shrink.clear()))
enc = encoder.c_make_encoder(None, None, lambda s: '<%s>' % s, None, ':', ',', False, False, True)
print(enc({'a': 'b', 1: 2.5}, 0), enc.markers, enc.key_separator)
show(encoder.c_make_encoder(None, None, lambda s: 1, None, ':', ',', False, False, True), 'x', 0)
show(enc, 1)
show(_json.encode_basestring, 'caf\u00e9\n'); show(_json.encode_basestring_ascii, 'caf\u00e9\n'); show(_json.encode_basestring_ascii, 1)
sc = scanner.c_make_scanner(decoder.JSONDecoder())
show(sc, '1', 0); show(sc, 'x', 0); show(sc, '1', -1); show(sc, 1, 0); show(sc); print(sc.strict, sc.object_hook, sc.parse_int)
