"""json.loads: every form, hooks, duplicates, error positions."""
import json


def show(f):
    try:
        print(ascii(f()))
    except Exception as e:
        print(type(e).__name__, ascii(str(e)))


good = ['1', '-0', '0', '1.5', '-1e5', '1E+2', '1e-2', '"a"', '""', '"\\u00e9\\n\\"\\\\\\/\\b\\f\\r\\t"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\ude00x"', '"\\ud83d\\u0041"', 'true', 'false', 'null', '[]', '{}', '[1,2]', ' [ 1 , 2 ] ', '{"a":1}', '{ "a" : { "b" : [ ] } }', '{"a":1,"a":2}', 'NaN', 'Infinity', '-Infinity', '\t\n\r 1', '[[[[]]]]', '"é中"', '1' * 30, '1e400', '[1,\n2,\n3]', '{"":0}', '"\\u0000"', '1.0000000000000001', '-0.0']
bad = ['', ' ', 'x', 'tru', 'nul', 'True', "'a'", '"a', '"a\\', '"\\u12"', '"\\u12g4"', '"\\ud83d\\u12"', '[', '[1', '[1,', '[1,]', '[,1]', '[1 2]', ']', '{', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{a:1}', "{'a':1}", '{1:2}', '{"a" 1}', '{"a":1 "b":2}', '}', '1 2', '1,', '01', '-', '+1', '.5', '5.', '1e', '1e+', '--1', '0x1', '1_000', 'nan', 'inf', '-inf', '[1]]', '{}}', '"a" "b"', '/* c */ 1', '[1, // c\n2]', '\ufeff1', '[1,\n2,\n x]', '{"a": [1, {"b": tru}]}', '\x00', '"\\', '[NaN', '{"a":1,"b"}', 'nulll', '\x0b1']
for text in good:
    show(lambda: json.loads(text))
for text in bad:
    try:
        print(ascii(text), ascii(json.loads(text)))
    except json.JSONDecodeError as e:
        print(ascii(text), '->', ascii(str(e)), e.msg, e.pos, e.lineno, e.colno)
for data in b'{"a": "\xc3\xa9"}', '[1]'.encode('utf-16'), '[1]'.encode('utf-32-le'), '[1]'.encode('utf-16-be'), b'\xef\xbb\xbf[1]', bytearray(b'[2]'), b'"\xff"', b'':
    show(lambda: json.loads(data))
show(lambda: json.loads(5))
show(lambda: json.loads(None))
show(lambda: json.loads(memoryview(b'1')))
show(lambda: json.loads('{"a": 1, "b": [1.5, 2]}', object_hook=lambda d: sorted(d)))
show(lambda: json.loads('{"a": 1, "a": 2}', object_pairs_hook=lambda p: p))
show(lambda: json.loads('[1.5, 2, NaN]', parse_float=lambda s: 'F' + s, parse_int=lambda s: 'I' + s, parse_constant=lambda s: 'C' + s))
show(lambda: json.loads('"a\nb"', strict=False))
show(lambda: json.loads('[1]', parse_int=lambda s: 1 / 0))
show(lambda: json.loads('1', nope=1))
d = json.JSONDecoder()
print(d.decode(' [1] '), d.raw_decode('[1] rest'), d.raw_decode('x [2]'[2:], 0))
show(lambda: d.raw_decode(' 1'))
show(lambda: d.decode('1 x'))
show(lambda: d.raw_decode('[1]', 5))
keys = json.loads('[{"key": 1}, {"key": 2}]')
print(list(keys[0])[0] is list(keys[1])[0], json.loads(json.dumps(keys)) == keys)
e = json.JSONDecodeError('msg', 'line1\nline2', 8)
print(e, e.doc, e.args, isinstance(e, ValueError), e.__reduce__()[1])
import io
print(json.load(io.StringIO('{"f": 1}')), json.load(io.BytesIO(b'[1]')))
big = '[' + ','.join(str(i) for i in range(5000)) + ']'
print(sum(json.loads(big)), len(json.dumps(json.loads(big))))
json.loads('{"a": [1, 2, }')
