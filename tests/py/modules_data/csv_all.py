import _csv, csv, io, itertools

def show(f, *a, **k):
    try:
        print(repr(f(*a, **k)).split(' at 0x')[0])
    except BaseException as e:
        print(type(e).__name__, e)

class O:
    def __init__(self): self.s = ''
    def write(self, s): self.s += s; return len(s)
def w(rows, **k):
    o = O(); wr = csv.writer(o, **k)
    try:
        for r in rows: wr.writerow(r)
    except Exception as e:
        return type(e).__name__, str(e), o.s
    return o.s
def rd(lines, **k):
    out = []; r = csv.reader(lines, **k)
    try:
        for row in r: out.append(row)
    except Exception as e:
        return out, r.line_num, type(e).__name__, str(e)
    return out, r.line_num

for kw in [{}, {'delimiter': 'ab'}, {'delimiter': 3}, {'delimiter': None}, {'delimiter': ''}, {'quotechar': ''}, {'quotechar': 3}, {'quotechar': None}, {'quotechar': None, 'quoting': 0},
           {'quotechar': None, 'quoting': 3}, {'quoting': 9}, {'quoting': 'a'}, {'quoting': True}, {'lineterminator': 3}, {'lineterminator': None}, {'foo': 1}, {'dialect': 'nope'},
           {'escapechar': 'ab'}, {'strict': None}, {'doublequote': []}, {'dialect': 3}, {'dialect': 'excel'}, {'dialect': 'excel-tab', 'delimiter': ';'}]:
    show(_csv.Dialect, **kw)
    try: d = _csv.Dialect(**kw)
    except Exception: continue
    print(kw, d.delimiter, d.quotechar, d.escapechar, repr(d.lineterminator), d.quoting, d.skipinitialspace, d.doublequote, d.strict)
for f, a in [(_csv.reader, ()), (_csv.reader, (1,)), (_csv.reader, ([], 'nope')), (_csv.reader, ([], 1, 2)), (_csv.writer, (1,)), (_csv.writer, ()), (_csv.register_dialect, ()), (_csv.register_dialect, (1,)),
             (_csv.register_dialect, ('x', 1, 2)), (_csv.unregister_dialect, ('zz',)), (_csv.get_dialect, ('zz',)), (_csv.get_dialect, ([],)), (_csv.field_size_limit, ()), (_csv.field_size_limit, ('a',)),
             (_csv.list_dialects, (1,)), (_csv.Dialect().__reduce__, ())]:
    show(f, *a)
chars = 'a", \n\r\\\';'
rows = [[], [''], [None], ['', ''], [None, 1, 1.5, 'x', True, 2 + 0j], ['a b', 'a"b', 'a,b', 'a\nb', 'a\rb', "a'b", 'a\\b', '"', '""', ',', '\u4e2d"', '\u4e2d'], range(3), 'abc']
options = [{}, {'quoting': 1}, {'quoting': 2}, {'quoting': 3}, {'quoting': 3, 'escapechar': '\\'}, {'escapechar': '\\', 'doublequote': False}, {'doublequote': False}, {'delimiter': ' '},
           {'lineterminator': '\n'}, {'lineterminator': ''}, {'lineterminator': 'xa'}, {'quotechar': "'", 'delimiter': ';'}, {'delimiter': '\u4e2d'}, {'quotechar': '\u4e2d'}, {'escapechar': '"', 'quotechar': "'"},
           {'quotechar': None}, {'quoting': 2, 'escapechar': '\\'}]
for k in options:
    for r in rows:
        print(k, repr(w([r], **k)))
print(w([1]), w([['a'], 3]))
show(csv.writer(O()).writerows, 1)
print(csv.writer(O()).writerow(['a', 'b']))
lines = ['', '\n', '\r\n', 'a', 'a,b\n', 'a, b', ' a', '"a', '"a"b', '"a""b"', '"a"\n', 'a\nb', 'a\r', 'a\r\rb', '"a\n', 'b"', "'a'", 'a\\', '\\,b', '"\\"', '1,a', '"1",2', '\u4e2d,"\u4e2d\U0001F600"', 'a;b', 'a\0b', '\\\n', '"a,b" ']
ropts = [{}, {'strict': True}, {'skipinitialspace': True}, {'escapechar': '\\'}, {'escapechar': '\\', 'strict': True}, {'quoting': 3}, {'quoting': 2}, {'doublequote': False}, {'delimiter': ';'}, {'delimiter': ' '},
         {'quotechar': "'"}, {'quotechar': None}, {'delimiter': '\u4e2d'}, {'quoting': 3, 'escapechar': '\\'}]
for k in ropts:
    for a in lines:
        print(k, ascii(rd([a], **k)))
    print(k, ascii(rd(lines[:6] + lines[14:16] + ['z'], **k)))
print(rd([b'a']), rd([1]), rd(iter(['a,b', 'c'])))
old = csv.field_size_limit(5)
print(old, rd(['12345,1']), rd(['123456']), rd(['"12345\n', '6"']), csv.field_size_limit(old))
import random
random.seed(1)
for i in range(300):
    rows = [[''.join(random.choices(chars, k=random.randrange(5))) for _ in range(random.randrange(1, 4))] for _ in range(3)]
    text = w(rows, escapechar='\\', quoting=i % 4)
    print(repr(text), rd(io.StringIO(text, newline=''), escapechar='\\', quoting=(i % 4) if i % 4 != 2 else 0))
class D(csv.Dialect):
    delimiter = '|'; quotechar = None; quoting = csv.QUOTE_NONE; lineterminator = '\n'
csv.register_dialect('mine', D); csv.register_dialect('other', 'mine', delimiter='#')
print(csv.list_dialects(), csv.get_dialect('other').delimiter, w([['a', 'b']], dialect='mine'), w([['a', 'b']], dialect='other'))
csv.unregister_dialect('mine')
print(csv.list_dialects(), csv.reader([]).dialect.delimiter)
print(list(csv.DictReader(['a,b', '1,2', '3,4,5', '6'])))
