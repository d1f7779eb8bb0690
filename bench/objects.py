#!/usr/bin/env python3.11
"""Micro-benchmarks of built-in types and library functions: taipan and python3.11 side by side.

    objects.py [--taipan PATH] [--other PATH] [--args "-X jit=off"] [--rounds 5] [--ms 12] [--below RATIO] [--save FILE] [PATTERN...]

One process a side is kept for the whole run; each benchmark is measured on both in turns, so that what else the machine does meets both alike.
The ratio is the median over the rounds of (other's processor time / taipan's): above 1 taipan is faster. Patterns are regular expressions
searched in the names. The worst come last.
"""
import re
import sys

# name: statement, or (setup, statement). Setup runs inside the measured function, before the clock starts: its names are locals.
BENCHES = {}


def group(prefix, setup='pass', /, **items):
    for name, statement in items.items():
        if isinstance(statement, tuple):
            first, statement = statement
        else:
            first = setup
        BENCHES[f'{prefix}.{name}'] = (first, statement)


WORDS = "words = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota', 'kappa'] * 10"
TEXT = "text = 'The quick brown fox jumps over the lazy dog, and then it sleeps. ' * 16"

group('str', TEXT,
      split='text.split()', split_sep="text.split(',')", split_short=("s = 'a b c d'", 's.split()'), split_one=("s = 'key=value'", "s.split('=', 1)"),
      rsplit=("s = 'a/b/c/d.py'", "s.rsplit('/', 1)"), splitlines=("s = 'line of text\\n' * 40", 's.splitlines()'), partition=("s = 'key=value'", "s.partition('=')"),
      rpartition=("s = 'a/b/c'", "s.rpartition('/')"), join=(WORDS, "', '.join(words)"), join_short=("w = ['a', 'bc', 'def']", "'-'.join(w)"),
      replace="text.replace('fox', 'cat')", replace_char="text.replace('o', '0')", replace_short=("s = 'hello world'", "s.replace('o', 'x')"),
      find="text.find('sleepy')", find_short=("s = 'hello world'", "s.find('wor')"), rfind="text.rfind('Thx')", index=("s = 'hello world'", "s.index('w')"), count="text.count('the')",
      count_char="text.count('e')", contains="'sleepy' in text", contains_short=("s = 'hello'", "'l' in s"), startswith="text.startswith('The')", endswith="text.endswith('. ')",
      startswith_tuple="text.startswith(('A', 'B', 'The'))", strip=("s = '  hello  '", 's.strip()'), strip_chars=("s = 'xxhelloxx'", "s.strip('x')"), lstrip=("s = '  hello'", 's.lstrip()'),
      upper="text.upper()", lower=("s = 'Hello World'", 's.lower()'), title=("s = 'hello world'", 's.title()'), capitalize=("s = 'hello world'", 's.capitalize()'),
      swapcase=("s = 'hello World'", 's.swapcase()'), isdigit=("s = '12345678'", 's.isdigit()'), isalpha=("s = 'hello'", 's.isalpha()'), isspace=("s = '    '", 's.isspace()'),
      isidentifier=("s = 'hello_1'", 's.isidentifier()'), zfill=("s = '42'", 's.zfill(8)'), ljust=("s = 'abc'", 's.ljust(10)'), center=("s = 'abc'", "s.center(11, '*')"),
      expandtabs=("s = 'a\\tb\\tc'", 's.expandtabs()'), translate=("s = 'hello world'; t = str.maketrans('lo', 'xy')", 's.translate(t)'), encode=("s = 'hello world' * 4", 's.encode()'),
      encode_utf8=("s = 'h\\xe9llo w\\xf6rld' * 4", "s.encode('utf-8')"), encode_latin1=("s = 'h\\xe9llo' * 4", "s.encode('latin-1')"), format="'{} and {}'.format(1, 'b')", format_spec="'{:>10} {:.2f}'.format('ab', 3.14159)",
      format_name="'{a} {b}'.format(a=1, b=2)", percent="'%s and %d' % ('a', 5)", percent_float="'%.3f' % 3.14159", percent_x="'%04x' % 48879", add=("a = 'hello '; b = 'world'", 'a + b'), mul=("s = 'ab'", 's * 50'),
      eq=("a = 'hello world' * 3; b = 'hello ' + 'world' + a[11:]", 'a == b'), lt=("a = 'hello'; b = 'help'", 'a < b'), hash_new=("s = 'abc' * 20", "hash(s[1:])"), getitem=("s = 'hello'", 's[1]'),
      slice=("s = 'hello world'", 's[2:8]'), slice_step=("s = 'hello world'", 's[::-1]'), iterate=("s = 'hello world' * 10", 'for c in s: pass'), removeprefix=("s = 'test_abc'", "s.removeprefix('test_')"),
      len=("s = 'hello'", 'len(s)'), ord=("s = 'h'", 'ord(s)'), chr='chr(104)', str_int=("i = 123456", 'str(i)'), str_float=("x = 3.14159", 'str(x)'), repr_str=("s = 'hello world'", 'repr(s)'), int_of=("s = '12345'", 'int(s)'), float_of=("s = '3.14159'", 'float(s)'))

group('fstring', "a = 12; b = 'text'; x = 3.14159", two="f'{a} and {b}'", spec="f'{x:.2f}'", width="f'{b:>10}|{a:5d}'", repr="f'{b!r}'", many="f'{a}-{b}-{a}-{b}'", one="f'{b}!'", int="f'{a}'", comma="f'{1234567:,}'", hex="f'{a:#x}'")

group('build', 'pass', concat_loop=("words = ['alpha', 'beta', 'gamma'] * 20", "s = ''\nfor w in words: s += w"), concat_char=("t = 'hello world' * 6", "s = ''\nfor c in t: s += c"),
      list_join=("words = ['alpha', 'beta', 'gamma'] * 20", "l = []\nfor w in words: l.append(w)\n''.join(l)"), genexp_join=("r = range(50)", "','.join(str(i) for i in r)"), stringio=("import io; words = ['alpha', 'beta', 'gamma'] * 20", "o = io.StringIO()\nfor w in words: o.write(w)\no.getvalue()"),
      prefix=("words = ['alpha', 'beta', 'gamma'] * 20", "for w in words: '<' + w + '>'"))

group('bytes', "b = b'The quick brown fox jumps over the lazy dog. ' * 16", split='b.split()', find="b.find(b'sleepy')", replace="b.replace(b'fox', b'cat')", join=("w = [b'a', b'bc', b'def']", "b'-'.join(w)"), decode=("s = b'hello world' * 4", 's.decode()'),
      decode_ascii=("s = b'hello world' * 4", "s.decode('ascii')"), decode_utf8=("s = ('h\\xe9llo' * 8).encode()", "s.decode('utf-8')"), getitem='b[5]', slice='b[3:20]', iterate=("b = bytes(range(100))", 'for x in b: pass'), hex=("s = bytes(20)", 's.hex()'), fromhex="bytes.fromhex('00ff10aa')",
      of_list=("l = list(range(50))", 'bytes(l)'), add=("a = b'abc'; c = b'def'", 'a + c'), startswith="b.startswith(b'The')", strip=("s = b'  ab  '", 's.strip()'), ba_append=("a = bytearray()", 'a.append(65)'), ba_extend=("a = bytearray()", "a.extend(b'ab'); a.clear()"), ba_setitem=("a = bytearray(10)", 'a[3] = 65'), to_bytes=("i = 123456", "i.to_bytes(4, 'big')"),
      from_bytes=("s = b'abcd'", "int.from_bytes(s, 'big')"), memoryview=("s = bytes(100)", 'memoryview(s)[10:20]'))

LIST = 'l = list(range(100))'
group('list', LIST, append=("l = []", 'l.append(1)'), append_pop=("l = []", 'l.append(1); l.pop()'), pop0=("l = [1, 2, 3]", 'l.append(l.pop(0))'), insert=("l = [1, 2, 3]", 'l.insert(0, 5); l.pop()'), extend=("l = []; r = [1, 2, 3]", 'l.extend(r); l.clear()'), extend_range=("r = range(50)", 'l = []; l.extend(r)'),
      index='l.index(50)', count='l.count(50)', contains='50 in l', contains_str=(WORDS, "'nothing' in words"), remove=("l = [1, 2, 3]", 'l.remove(2); l.insert(1, 2)'), reverse='l.reverse()', copy='l.copy()', getitem='l[10]', getitem_neg='l[-1]', setitem='l[10] = 5', slice='l[10:20]', slice_all='l[:]', slice_step='l[::2]', slice_neg='l[-5:]',
      slice_set='l[10:20] = l[20:30]', slice_set_grow=("l = [1, 2, 3, 4]", 'l[1:1] = (7, 8); del l[1:3]'), slice_del=("r = list(range(20))", 'l = r[:]; del l[5:10]'), del_item=("l = [1, 2, 3]", 'del l[1]; l.append(1)'), add=("a = [1, 2]; b = [3, 4]", 'a + b'), mul='[0] * 50', iadd=("l = []; r = [1, 2]", 'l += r; l.clear()'),
      eq=("a = list(range(50)); b = list(range(50))", 'a == b'), lt=("a = [1, 2, 3]; b = [1, 2, 4]", 'a < b'), literal='[1, 2, 3]', literal_vars=("a = 1; b = 'x'", '[a, b, a]'), of_range=("r = range(100)", 'list(r)'), of_tuple=("t = (1, 2, 3)", 'list(t)'), of_str=("s = 'hello world'", 'list(s)'), len='len(l)', iterate='for x in l: pass', iterate_pairs=("l = [(i, i) for i in range(50)]", 'for a, b in l: pass'),
      sort_ints=("import random; random.seed(1); r = [random.random() for i in range(100)]", 'sorted(r)'), sort_strs=(WORDS, 'sorted(words)'), sort_key=("l = [(i * 7 % 100, i) for i in range(100)]; f = lambda p: p[0]", 'sorted(l, key=f)'), sort_key_len=(WORDS, 'sorted(words, key=len)'), sort_tuples=("l = [(i * 7 % 100, i) for i in range(100)]", 'sorted(l)'), sort_itemgetter=("from operator import itemgetter; l = [(i * 7 % 100, i) for i in range(100)]; g = itemgetter(0)", 'sorted(l, key=g)'),
      sort_inplace=("r = list(range(50, 0, -1))", 'l = r[:]; l.sort()'), sort_reverse='sorted(l, reverse=True)', comp='[x for x in l]', comp_expr='[x * 2 for x in l]', comp_if='[x for x in l if x & 1]', comp_call=("l = list(range(50)); f = lambda x: x", '[f(x) for x in l]'), unpack=("l = [1, 2, 3]", 'a, b, c = l'), star_unpack=("l = [1, 2, 3, 4]", 'a, *b = l'), star_literal=("a = [1, 2]; b = [3]", '[*a, *b]'), repr=("l = [1, 2, 3]", 'repr(l)'))

group('tuple', 't = (1, 2, 3)', pack=("a = 1; b = 2", '(a, b)'), unpack='a, b, c = t', swap=("a = 1; b = 2", 'a, b = b, a'), getitem='t[1]', slice=("t = tuple(range(20))", 't[2:8]'), add='t + t', eq=("a = (1, 'a', 2); b = (1, 'a', 2)", 'a == b'), lt=("a = (1, 2); b = (1, 3)", 'a < b'), hash='hash(t)', contains='3 in t', index='t.index(3)', of_list=("l = [1, 2, 3]", 'tuple(l)'), of_gen=("l = [1, 2, 3]", 'tuple(x for x in l)'), iterate='for x in t: pass', len='len(t)')

DICT = "d = {'key%d' % i: i for i in range(50)}"
group('dict', DICT, getitem="d['key7']", getitem_int=("d = {i: i for i in range(50)}", 'd[7]'), getitem_tuple=("d = {(i, i): i for i in range(50)}; k = (7, 7)", 'd[k]'), setitem="d['key7'] = 1", setitem_new=("d = {}", "d['a'] = 1; del d['a']"), get="d.get('key7')", get_missing="d.get('nokey', 0)", contains="'key7' in d", contains_not="'nokey' in d",
      setdefault="d.setdefault('key7', 0)", setdefault_new=("d = {}", "d.setdefault('a', 0); d.clear()"), pop=("d = {}", "d['a'] = 1; d.pop('a')"), pop_default="d.pop('nokey', None)", popitem=("d = {}", "d['a'] = 1; d.popitem()"), update=("d = {}; e = {'a': 1, 'b': 2}", 'd.update(e)'), update_kw=("d = {}", 'd.update(a=1, b=2)'), copy='d.copy()', merge=("a = {'a': 1}; b = {'b': 2}", 'a | b'), star_merge=("a = {'a': 1}; b = {'b': 2}", '{**a, **b}'),
      keys_loop='for k in d.keys(): pass', loop='for k in d: pass', items_loop='for k, v in d.items(): pass', values_loop='for v in d.values(): pass', items_list='list(d.items())', keys_list='list(d)', values_sum='sum(d.values())', literal="{'a': 1, 'b': 2}", empty='{}', call_kw='dict(a=1, b=2)', of_pairs=("l = [('a', 1), ('b', 2), ('c', 3)]", 'dict(l)'), of_zip=("a = list(range(50))", 'dict(zip(a, a))'), comp=("r = range(50)", '{i: i for i in r}'),
      comp_items='{v: k for k, v in d.items()}', fromkeys=("l = list(range(20))", 'dict.fromkeys(l)'), count=("l = [1, 2, 3, 1, 2, 1] * 8", "d = {}\nfor x in l: d[x] = d.get(x, 0) + 1"), eq=("e = {'key%d' % i: i for i in range(50)}; " + DICT, 'd == e'), len='len(d)', bool="not d", build=("r = range(100)", "d = {}\nfor i in r: d[i] = i"), build_str=(WORDS, "d = {}\nfor w in words: d[w] = 1"), keys_and=("a = {1: 1, 2: 2}; b = {2: 2, 3: 3}", 'a.keys() & b.keys()'), sorted_items='sorted(d.items())', nested=("d = {'a': {'b': 1}}", "d['a']['b']"), repr=("d = {'a': 1}", 'repr(d)'), key_new_str=("d = {'ab': 1}; a = 'a'; b = 'b'", 'd[a + b]'), getitem_obj=("class K: pass\nk = K(); d = {k: 1}", 'd[k]'))

group('set', "s = set(range(50)); t = set(range(25, 75))", add=("s = set()", 's.add(1)'), add_discard=("s = set()", 's.add(1); s.discard(1)'), contains='25 in s', contains_str=("s = {'a', 'b', 'c'}", "'b' in s"), union='s | t', intersection='s & t', difference='s - t', symmetric='s ^ t', issubset='s.issubset(t)', update=("a = set(); l = [1, 2, 3]", 'a.update(l)'), of_list=("l = list(range(50))", 'set(l)'), of_strs=(WORDS, 'set(words)'), literal='{1, 2, 3}', const_in=("x = 3", 'x in {1, 2, 3}'), comp=("r = range(50)", '{x for x in r}'), iterate='for x in s: pass', copy='s.copy()', pop_add='s.add(s.pop())', remove_add='s.remove(30); s.add(30)', frozenset=("l = [1, 2, 3]", 'frozenset(l)'), len='len(s)', eq=("a = set(range(30)); b = set(range(30))", 'a == b'))

group('int', 'a = 1234; b = 17', add='a + b', mul='a * b', floordiv='a // b', mod='a % b', divmod='divmod(a, b)', truediv='a / b', pow='a ** 3', pow_mod='pow(a, b, 101)', shift='a << 5', band='a & b', neg='-a', abs='abs(a)', cmp='a < b', bit_length='a.bit_length()', of_float=("x = 3.7", 'int(x)'), of_str_base=("s = 'ff'", 'int(s, 16)'), hex='hex(a)', bin='bin(a)', round='round(a)', bool='bool(a)')
group('bigint', 'a = 3 ** 200; b = 7 ** 90; s = str(3 ** 200)', add='a + b', sub='a - b', mul='a * b', floordiv='a // b', mod='a % b', pow='b ** 5', pow_mod='pow(b, 65537, a)', shift='a << 50', rshift='a >> 50', band='a & b', cmp='a < b', str='str(a)', of_str='int(s)', small=("a = 1 << 62", 'a + 5'), small_mul=("a = 1 << 40; b = 3 << 35", 'a * b'), hash='hash(a)', eq='a == b', mul_small=("a = 3 ** 50", 'a * 7'), factorial=("import math", 'math.factorial(30)'))
group('float', 'x = 3.14159; y = 2.5', add='x + y', mul='x * y', div='x / y', floordiv='x // y', mod='x % y', pow='x ** y', neg='-x', cmp='x < y', round='round(x, 2)', round0='round(x)', repr='repr(x)', of_int=("i = 5", 'float(i)'), is_integer='x.is_integer()', abs='abs(-x)', sqrt=("import math; x = 2.5; f = math.sqrt", 'f(x)'), sin=("import math; x = 2.5", 'math.sin(x)'), floor=("import math; x = 2.5", 'math.floor(x)'), mixed=("x = 2.5; i = 3", 'x * i'), hash='hash(x)', fsum=("import math; l = [0.1] * 50", 'math.fsum(l)'), complex=("a = 1+2j; b = 2-1j", 'a * b'), max='max(x, y)')

group('range', 'r = range(100)', iterate='for i in range(100): pass', create='range(10)', contains='50 in r', getitem='r[50]', len='len(r)', slice='r[10:20]', reversed='for i in reversed(r): pass', sum='sum(r)', list='list(range(100))', step='for i in range(0, 200, 2): pass', index='r.index(50)')

SEQ = 'l = list(range(100)); m = list(range(100))'
group('iter', SEQ, enumerate='for i, x in enumerate(l): pass', enumerate_start='for i, x in enumerate(l, 1): pass', zip='for a, b in zip(l, m): pass', zip3='for a, b, c in zip(l, m, l): pass', map_builtin='for x in map(str, l): pass', map_lambda=(SEQ + '; f = lambda x: x', 'for x in map(f, l): pass'), map_list='list(map(abs, l))', filter_none='list(filter(None, l))', filter_lambda=(SEQ + '; f = lambda x: x & 1', 'list(filter(f, l))'), reversed='for x in reversed(l): pass', sum='sum(l)', sum_float=("l = [0.5] * 100", 'sum(l)'), sum_gen='sum(x for x in l)', min='min(l)', max='max(l)', max_key=("l = list(range(50)); f = lambda x: -x", 'max(l, key=f)'), max2='max(3, 5)', min3='min(7, 3, 5)', any=("l = [0] * 50", 'any(l)'), all=("l = [1] * 50", 'all(l)'), any_gen='any(x < 0 for x in l)', all_gen='all(x >= 0 for x in l)', list_zip='list(zip(l, m))', list_enumerate='list(enumerate(l))', zip_star=("l = [(1, 2)] * 20", 'list(zip(*l))'), next_iter='next(iter(l))', next_default='next(iter(()), None)', iter_sentinel=("c = iter([1] * 10 + [0]).__next__", 'iter(c, 0)'))

FUN = 'def f(a, b=2): return a\ndef g(*args): return args\ndef h(**kw): return kw\ndef k(a, *, b): return a\ndef n(): pass\nt = (1, 2); d = {"a": 1}'
group('call', FUN, none='n()', one='f(1)', two='f(1, 3)', keyword='f(a=1, b=3)', mixed='f(1, b=3)', kwonly='k(1, b=2)', star_args='g(1, 2, 3)', star_call='f(*t)', kw_args='h(a=1, b=2)', kw_call='f(**d)', forward=('def f(a, b): return a\ndef w(*args, **kw): return f(*args, **kw)', 'w(1, b=2)'), forward_pos=('def f(a, b): return a\ndef w(*args, **kw): return f(*args, **kw)', 'w(1, 2)'), lambda_=('f = lambda x: x', 'f(1)'), closure=('def mk(n):\n def f(x): return x + n\n return f\nf = mk(5)', 'f(1)'), make_closure=('def mk(n):\n def f(x): return x + n\n return f', 'mk(5)'), make_lambda='lambda x: x', default_many=('def f(a=1, b=2, c=3, d=4): return a', 'f()'), recursion=('def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)', 'fib(7)'), decorator=('def deco(f):\n def w(*a): return f(*a)\n return w\n@deco\ndef f(x): return x', 'f(1)'), nonlocal_=('def mk():\n n = 0\n def f():\n  nonlocal n\n  n += 1\n return f\nf = mk()', 'f()'), global_builtin='len(t)', wraps=('import functools\ndef deco(f):\n @functools.wraps(f)\n def w(*a, **k): return f(*a, **k)\n return w\n@deco\ndef f(x): return x', 'f(1)'))

CLS = '''class A:
  x = 1
  def __init__(self, a=1): self.a = a
  def m(self): return 1
  def m2(self, x, y): return x
  @property
  def p(self): return self.a
  @staticmethod
  def s(): pass
  @classmethod
  def c(cls): pass
  def __len__(self): return 3
  def __getitem__(self, i): return i
  def __call__(self): pass
  def __eq__(self, o): return self.a == o.a
  def __lt__(self, o): return self.a < o.a
  def __hash__(self): return 5
  def __add__(self, o): return o
  def __contains__(self, o): return True
  def __bool__(self): return True
  def __iter__(self): return iter((1, 2))
  def __str__(self): return "A"
class B(A):
  def __init__(self, a): super().__init__(a)
  def m(self): return super().m()
class E: pass
class S:
  __slots__ = ("a", "b")
  def __init__(self, a, b): self.a = a; self.b = b
class D:
  def __get__(self, o, t): return 1
  def __set__(self, o, v): pass
class F:
  d = D()
  def __getattr__(self, n): return 1
class G:
  def __getattribute__(self, n): return 1
a = A(); b = B(1); e = E(); s = S(1, 2); f = F(); g = G(); bm = a.m; nm = "a"'''
group('object', CLS, attr='a.a', attr_class='a.x', setattr_='a.a = 5', method='a.m()', method_args='a.m2(1, 2)', bound='bm()', bind='a.m', property='a.p', static='a.s()', classm='a.c()', class_attr='A.x', new_empty='E()', new_init='A(1)', new_super='B(1)', new_slots='S(1, 2)', slot_get='s.a', slot_set='s.a = 1', descr_get='f.d', descr_set='f.d = 1', getattr_hook='f.zz', getattribute='g.zz', super_call='b.m()', isinstance='isinstance(b, A)', isinstance_no='isinstance(5, A)', isinstance_tuple='isinstance(5, (str, int))', issubclass='issubclass(B, A)', type='type(a)', type_is='type(a) is A', getattr='getattr(a, "a")', getattr_var='getattr(a, nm)', getattr_default='getattr(a, "zz", None)', hasattr='hasattr(a, "a")', hasattr_no='hasattr(a, "zz")', setattr_fn='setattr(a, "a", 5)', len='len(a)', getitem='a[3]', call='a()', eq='a == b', lt='a < b', add='a + b', contains='3 in a', bool='not a', iter='for x in a: pass', str='str(a)', hash='hash(a)', id='id(a)', callable='callable(a)', dict='a.__dict__', class_='a.__class__', vars='vars(a)', class_create='class X: pass', class_create2='class X(A):\n  y = 1\n  def q(self): pass', list_sub=('class L(list): pass\nl = L([1, 2, 3])', 'l[1]'), dict_sub=('class L(dict): pass\nl = L(a=1)', "l['a']"), dict_sub_missing=('class L(dict):\n def __missing__(self, k): return k\nl = L(a=1)', "l['b']"), int_sub=('class L(int): pass\nl = L(5)', 'l + 1'), attr_new='e2 = E(); e2.x = 1; e2.y = 2', del_attr='e.q = 1; del e.q', inc_attr='a.a += 1', three=('class P:\n def __init__(self, x, y, z): self.x = x; self.y = y; self.z = z', 'P(1, 2, 3)'))

group('exc', 'def f(): raise ValueError("x")\nclass E(Exception): pass', try_ok='try: pass\nexcept ValueError: pass', raise_catch='try: raise ValueError\nexcept ValueError: pass', raise_arg='try: raise ValueError("x")\nexcept ValueError as e: pass', raise_call='try: f()\nexcept ValueError: pass', key_error=('d = {}', "try: d['a']\nexcept KeyError: pass"), attr_error=('class A: pass\na = A()', "try: a.x\nexcept AttributeError: pass"), index_error=('l = []', 'try: l[0]\nexcept IndexError: pass'), finally_='try: pass\nfinally: pass', custom='try: raise E("a")\nexcept E: pass', reraise='try:\n  try: raise E\n  except E: raise\nexcept E: pass', int_error="try: int('x')\nexcept ValueError: pass", stop=('i = iter(())', 'try: next(i)\nexcept StopIteration: pass'), create='ValueError("x")', chain='try:\n  try: raise E\n  except E as e: raise ValueError from e\nexcept ValueError: pass')
group('with', 'class C:\n  def __enter__(self): return self\n  def __exit__(self, *a): pass\nc = C()\nfrom contextlib import contextmanager, suppress\n@contextmanager\ndef cm(): yield 1\nimport threading; lock = threading.Lock()', plain='with c: pass', contextmanager='with cm(): pass', lock='with lock: pass', suppress='with suppress(KeyError): pass')
group('gen', 'def g(n):\n  for i in range(n): yield i\ndef d(n): yield from g(n)\ndef e():\n  while True: x = yield\ng2 = e(); next(g2); l = list(range(50))', loop='for x in g(50): pass', list='list(g(50))', yield_from='for x in d(50): pass', expr='for x in (y for y in l): pass', send='g2.send(1)', create='g(5)', next_='next(g2)', sum='sum(g(50))', nested='for x in (y for y in (z for z in l)): pass')

COLL = 'from collections import deque, Counter, defaultdict, namedtuple, OrderedDict, ChainMap\nP = namedtuple("P", "x y"); p = P(1, 2); q = deque(range(50)); c = Counter(); dd = defaultdict(list); di = defaultdict(int); o = OrderedDict((i, i) for i in range(50))\nw = list("abracadabra") * 5'
group('coll', COLL, deque_append='q.append(1); q.popleft()', deque_appendleft='q.appendleft(1); q.pop()', deque_iter='for x in q: pass', deque_getitem='q[3]', deque_rotate='q.rotate(1)', deque_create='deque(w)', counter='Counter(w)', counter_update='c.update(w)', counter_inc='c["a"] += 1', counter_common=(COLL + '\nc = Counter(w)', 'c.most_common(2)'), dd_append='dd["a"].append(1)', dd_int='di["a"] += 1', dd_new='defaultdict(int)["a"]', nt_new='P(1, 2)', nt_kw='P(x=1, y=2)', nt_attr='p.x', nt_unpack='x, y = p', nt_replace='p._replace(x=3)', nt_asdict='p._asdict()', od_set='o[5] = 1', od_get='o[5]', od_iter='for x in o: pass', od_items='for a, b in o.items(): pass', od_move='o.move_to_end(5)', od_create='OrderedDict.fromkeys(w)')

group('itertools', 'from itertools import *; import operator; l = list(range(50)); r = range(50)', chain='for x in chain(l, l): pass', chain_from='list(chain.from_iterable([l, l]))', islice='list(islice(l, 5, 40))', count='for x in islice(count(), 50): pass', cycle='for x in islice(cycle(l), 100): pass', repeat='for x in repeat(1, 50): pass', accumulate='list(accumulate(l))', product='list(product((1, 2, 3), repeat=3))', permutations='list(permutations((1, 2, 3, 4)))', combinations='list(combinations(range(8), 3))', groupby='for k, g in groupby(l): pass', takewhile='list(takewhile(lambda x: x < 40, l))', dropwhile='list(dropwhile(lambda x: x < 20, l))', zip_longest='for a, b in zip_longest(l, r): pass', starmap='list(starmap(operator.add, [(1, 2)] * 20))', tee='a, b = tee(l); list(a); list(b)', compress='list(compress(l, l))', filterfalse='list(filterfalse(None, l))', pairwise='for a, b in pairwise(l): pass')

group('functools', 'from functools import *; import operator\n@lru_cache(maxsize=None)\ndef f(x): return x\n@lru_cache(maxsize=16)\ndef g(x): return x\nf(1); g(1); p = partial(max, 5); pk = partial(int, base=2)\ndef u(a, b): return a\npu = partial(u, 1); l = list(range(50))\n@singledispatch\ndef sd(x): return x\nclass C:\n  @cached_property\n  def v(self): return 1\nc = C(); c.v; add2 = lambda a, b: a + b', lru_hit='f(1)', lru_bounded='g(1)', partial='p(3)', partial_kw='pk("101")', partial_py='pu(2)', partial_create='partial(u, 1)', reduce='reduce(operator.add, l)', reduce_lambda='reduce(add2, l)', cmp_to_key='sorted(l, key=cmp_to_key(lambda a, b: a - b))', singledispatch='sd(1)', cached_property='c.v')

group('operator', 'import operator; from operator import *; t = (1, 2, 3)\nclass A: x = 1\na = A(); ig = itemgetter(1); ig2 = itemgetter(0, 1); ag = attrgetter("x"); mc = methodcaller("index", 2)', itemgetter='ig(t)', itemgetter2='ig2(t)', attrgetter='ag(a)', methodcaller='mc(t)', add='add(1, 2)', lt='lt(1, 2)')

group('re', "import re; p = re.compile(r'(\\w+)=(\\d+)'); n = re.compile(r'\\d+'); w = re.compile(r'\\w+'); s = 'alpha=12, beta=345; gamma=6'; text = 'The quick brown fox jumps over the lazy dog 42 times. ' * 8; sp = re.compile(r'[,;]\\s*'); alt = re.compile(r'fox|dog|cat'); m = p.match(s)", match='p.match(s)', match_fail="p.match('...')", search='n.search(text)', findall='w.findall(text)', finditer='for m2 in w.finditer(text): pass', sub="n.sub('#', text)", sub_fn="n.sub(lambda m: 'x', text)", sub_group="p.sub(r'\\2=\\1', s)", split='sp.split(s)', group='m.group(1)', groups='m.groups()', groupdict='m.groupdict()', module_match="re.match(r'\\w+', s)", alternation='alt.findall(text)', fullmatch="n.fullmatch('12345')", greedy="re.search(r'.*times', text)", lazy="re.search(r'T.*?times', text)", charset="re.findall(r'[aeiou]', text)", ignorecase="re.search(r'LAZY', text, re.I)", literal="re.search('lazy dog 43', text)", span='m.span()')

IO = 'import io, os, tempfile; fd, path = tempfile.mkstemp(); os.close(fd); f = open(path, "w"); f.writelines("line number %d of the file\\n" % i for i in range(200)); f.close(); lines = ["some text line\\n"] * 100; data = open(path).read()'
group('io', IO, read_lines='for line in open(path): pass', read_all='open(path).read()', read_bytes='open(path, "rb").read()', readlines='open(path).readlines()', read_lines_b='for line in open(path, "rb"): pass', readline='with open(path) as f2:\n  while f2.readline(): pass', write_lines='with open(path + "w", "w") as f2:\n  for l in lines: f2.write(l)', writelines='with open(path + "w", "w") as f2: f2.writelines(lines)', write_bytes='with open(path + "w", "wb") as f2:\n  for l in lines: f2.write(b"some text line\\n")', stringio_iter='for line in io.StringIO(data): pass', bytesio='b = io.BytesIO(); b.write(b"abc"); b.getvalue()', bytesio_read=('import io; b = io.BytesIO(bytes(100))', 'b.seek(0); b.read(10)'), print=('import io; o = io.StringIO()', 'print("hello", 5, file=o); o.seek(0)'), exists='os.path.exists(path)', stat='os.stat(path)', path_join='os.path.join("a", "b")', basename='os.path.basename(path)', listdir='os.listdir("/usr")')

group('heapq', 'import heapq, bisect; l = [i * 7 % 50 for i in range(50)]; h = l[:]; heapq.heapify(h); s = sorted(l)', push_pop='heapq.heappush(h, 25); heapq.heappop(h)', heapify='heapq.heapify(l[:])', nsmallest='heapq.nsmallest(3, l)', nlargest='heapq.nlargest(3, l)', replace='heapq.heapreplace(h, 30)', merge='list(heapq.merge(s, s))', tuples=('import heapq; h = [(i, i) for i in range(50)]', 'heapq.heappush(h, (25, 1)); heapq.heappop(h)'))
group('bisect', 'import bisect; s = list(range(0, 1000, 3))', left='bisect.bisect_left(s, 500)', insort='bisect.insort(s, 500); s.pop()', key='bisect.bisect(s, 500, key=lambda x: x)')
group('struct', 'import struct; s = struct.Struct("<IHb"); b = s.pack(1, 2, 3); buf = bytearray(16)', pack='s.pack(1, 2, 3)', unpack='s.unpack(b)', module_pack='struct.pack("<IH", 1, 2)', module_unpack='struct.unpack("<IHb", b)', pack_into='s.pack_into(buf, 4, 1, 2, 3)', iter_unpack='for x in struct.iter_unpack("<I", bytes(80)): pass', doubles='struct.pack("4d", 1.0, 2.0, 3.0, 4.0)')
group('array', 'import array; a = array.array("i", range(100)); l = list(range(100))', getitem='a[5]', setitem='a[5] = 3', iterate='for x in a: pass', create='array.array("i", l)', append='a.append(1); a.pop()', tolist='a.tolist()', tobytes='a.tobytes()', sum='sum(a)')
group('copy', 'import copy; l = [1, [2, 3], {"a": 4}]\nclass A: pass\na = A(); a.x = 1; a.y = [1]', copy_list='copy.copy(l)', deepcopy='copy.deepcopy(l)', deepcopy_obj='copy.deepcopy(a)', copy_obj='copy.copy(a)')
group('json', 'import json; j = json.dumps([{"id": i, "name": "n%d" % i, "v": [1, 2.5, None, True]} for i in range(5)]); o = json.loads(j)', dumps='json.dumps(o)', loads='json.loads(j)')
group('pickle', 'import pickle; o = [{"id": i, "name": "n%d" % i, "v": [1, 2.5, None, True]} for i in range(5)]; pk = pickle.dumps(o)', dumps='pickle.dumps(o)', loads='pickle.loads(pk)')
group('dataclass', 'import dataclasses\n@dataclasses.dataclass\nclass P:\n  x: int\n  y: int = 2\n@dataclasses.dataclass(frozen=True, order=True)\nclass Q:\n  x: int\n  y: int = 2\np = P(1); p2 = P(1)', new='P(1, 3)', eq='p == p2', frozen='Q(1, 3)', repr='repr(p)')
group('enum', 'import enum\nclass E(enum.Enum):\n  A = 1\n  B = 2', member='E.A', call='E(1)', value='E.A.value')
group('random', 'import random; rnd = random.Random(1); l = list(range(50))', random='rnd.random()', randint='rnd.randint(1, 100)', choice='rnd.choice(l)', shuffle='rnd.shuffle(l)')
group('math', 'import math', gcd='math.gcd(120, 84)', isqrt='math.isqrt(1234567)', comb='math.comb(20, 10)', hypot='math.hypot(3.0, 4.0)')
group('bin', 'import binascii; data = bytes(range(256)) * 4', crc32='binascii.crc32(data)', hexlify='binascii.hexlify(data)')
group('base64', 'import base64; data = bytes(range(256)) * 4', encode='base64.b64encode(data)')
group('hashlib', 'import hashlib; data = bytes(range(256)) * 4', md5='hashlib.md5(data).hexdigest()', sha256='hashlib.sha256(data).digest()')
group('zlib', 'import zlib; data = bytes(range(256)) * 4', compress='zlib.compress(data)')
group('string', 'import string, textwrap; T = string.Template("$a and $b")', template='T.substitute(a=1, b=2)', dedent="textwrap.dedent('  a\\n  b')")
group('time', 'import time', time='time.time()', perf='time.perf_counter()')
group('abc', 'import collections.abc; l = []', isinstance='isinstance(l, collections.abc.Sequence)')
group('weakref', 'import weakref\nclass A: pass\na = A(); wr = weakref.ref(a)', call='wr()', create='weakref.ref(a)')
group('datetime', 'import datetime; dt = datetime.datetime(2020, 1, 1)', create='datetime.datetime(2020, 1, 2, 3, 4, 5)', isoformat='dt.isoformat()', delta='dt + datetime.timedelta(days=1)', strftime='dt.strftime("%Y-%m-%d")')
group('loop', 'l = list(range(50))', while_='i = 0\nwhile i < 50: i += 1', nested='for i in range(10):\n  for j in range(10): pass', break_='for x in l:\n  if x > 25: break', sum_loop='s = 0\nfor x in l: s += x', cond='for x in l:\n  if x % 3 == 0: pass\n  elif x % 3 == 1: pass\n  else: pass', match='match l:\n  case [a, b]: pass\n  case [a, *rest]: pass', matrix=('m = [[1, 2, 3]] * 3', 'm[1][2]'), ternary=('a = 5', '1 if a else 2'), chained=('a = 5', '0 < a < 10'), boolop=('a = 5; b = 0', 'a and b or a'), is_none=('a = None', 'a is None'), import_='import sys', walrus=('a = 5', 'if (n := a) > 3: pass'), list_fill='r = []\nfor x in l: r.append(x)', dict_in='d = {}\nfor x in l:\n  if x not in d: d[x] = 1', string_chars=("s = 'hello world'", 'n = 0\nfor c in s:\n  if c in "aeiou": n += 1'), global_=('pass', 'len'), format_loop='for x in l: "%d" % x')
group('eval', 'src = "a + b * 2"; c = compile(src, "x", "eval"); d = {"a": 1, "b": 2}', eval='eval(c, d)', compile='compile(src, "x", "eval")', exec='exec("x = 1", {})', ast_literal=('import ast', 'ast.literal_eval("[1, 2, {\'a\': 3}]")'))


# ---- the worker: "name loops" lines on stdin, seconds on stdout

def copies_of(statement):
    """Short statements are repeated, so that the loop itself weighs less."""
    return 1 if '\n' in statement or re.match(r'(for|with|while|if|try|class|match)\b', statement) else 10


def make_function(name):
    setup, statement = BENCHES[name]
    copies = copies_of(statement)
    indent = lambda text, n: ''.join(' ' * n + line + '\n' for line in text.split('\n'))
    source = 'def bench(loops_, clock_):\n' + indent(setup, 2) + '  begin_ = clock_()\n  for i_ in range(loops_):\n' + indent(statement, 4) * copies + '  return clock_() - begin_\n'
    if 'import *' in setup:
        source = source.replace('from itertools import *', 'from itertools import chain, islice, count, cycle, repeat, accumulate, product, permutations, combinations, groupby, takewhile, dropwhile, zip_longest, starmap, tee, compress, filterfalse, pairwise')
        source = source.replace('from functools import *', 'from functools import lru_cache, partial, reduce, cmp_to_key, singledispatch, cached_property')
        source = source.replace('from operator import *', 'from operator import itemgetter, attrgetter, methodcaller, add, lt')
    space = {}
    exec(source, space)
    return space['bench']


def worker():
    import time
    functions = {}
    for line in sys.stdin:
        name, loops = line.split()
        try:
            if name not in functions:
                functions.clear()
                functions[name] = make_function(name)
            seconds = functions[name](int(loops), time.thread_time)
        except Exception as error:
            print('error', type(error).__name__, error, flush=True)
            continue
        print(repr(seconds), flush=True)


if '--worker' in sys.argv:
    worker()
    sys.exit()

import argparse
import json
import math
import os
import shlex
import statistics
import subprocess

import drivers

HERE = os.path.dirname(os.path.abspath(__file__))


class Side:
    def __init__(self, command):
        self.command = command
        self.environment = drivers.environment() | {'LANG': 'C.UTF-8'}
        self.start()

    def start(self):
        self.process = subprocess.Popen([*self.command, os.path.abspath(__file__), '--worker'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.environment)

    def measure(self, name, loops):
        try:
            self.process.stdin.write(f'{name} {loops}\n')
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ''
        if not answer:
            status = self.process.wait()
            self.start()
            raise RuntimeError(f'exit status {status}')
        if answer.startswith('error'):
            raise RuntimeError(answer.strip())
        return float(answer)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('patterns', nargs='*')
    parser.add_argument('--taipan', default=os.path.join(HERE, '..', 'build', 'release', 'taipan'))
    parser.add_argument('--other', default='/usr/bin/python3.11')
    parser.add_argument('--args', default='', help='arguments for taipan')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--ms', type=float, default=8.0, help='processor time of one measurement')
    parser.add_argument('--below', type=float, help='show those below this ratio alone')
    parser.add_argument('--save', help='JSON file for the results')
    parser.add_argument('--source', action='store_true', help='print the function that is measured')
    options = parser.parse_args()
    names = [n for n in BENCHES if not options.patterns or any(re.search(p, n) for p in options.patterns)]
    if options.source:
        for name in names:
            print(name, *BENCHES[name], sep='\n')
        return
    ours, theirs = Side([os.path.abspath(options.taipan), *shlex.split(options.args)]), Side([options.other])
    results = {}
    for name in names:
        try:
            copies = copies_of(BENCHES[name][1])
            loops = 4
            while (seconds := theirs.measure(name, loops)) < options.ms / 8000 and loops < 10 ** 6:
                loops *= 4
            loops = max(1, int(loops * options.ms / 1000 / seconds))
            ours.measure(name, max(1, loops // 4))
            ratios, a, b = [], [], []
            for _ in range(options.rounds):
                mine = ours.measure(name, loops)
                other = theirs.measure(name, loops)
                a.append(mine / loops / copies)
                b.append(other / loops / copies)
                ratios.append(other / max(mine, 1e-9))
        except RuntimeError as error:
            print(f'{name}: {error}')
            continue
        results[name] = (statistics.median(ratios), statistics.median(a) * 1e9, statistics.median(b) * 1e9)
    ordered = sorted(results.items(), key=lambda item: -item[1][0])
    print(f'{"benchmark":28} {"taipan ns":>12} {"python ns":>12} {"ratio":>7}')
    for name, (ratio, mine, other) in ordered:
        if options.below is None or ratio < options.below:
            print(f'{name:28} {mine:12.1f} {other:12.1f} {ratio:7.2f}')
    if results:
        mean = math.exp(sum(math.log(r[0]) for r in results.values()) / len(results))
        slower = sum(r[0] < 1 for r in results.values())
        print(f'{len(results)} benchmarks, geometric mean {mean:.2f}, below 1: {slower}, below 0.8: {sum(r[0] < 0.8 for r in results.values())}')
    if options.save:
        with open(options.save, 'w') as f:
            json.dump(results, f, indent=1)


if __name__ == '__main__':
    main()
