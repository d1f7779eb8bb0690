import copyreg, io, pickle, _pickle, sys
print(pickle.Pickler is _pickle.Pickler)
def show(f, *a, **k):
    try: print(ascii(f(*a, **k)).split(' at 0x')[0])
    except BaseException as e: print(type(e).__name__, ascii(str(e)).split(' at 0x')[0])
class P:
    def __init__(self, **k): self.__dict__.update(k)
    def __eq__(self, o): return type(o) is type(self) and o.__dict__ == self.__dict__
    def __repr__(self): return 'P%r' % (sorted(self.__dict__.items()),)
class S:
    __slots__ = ('a', 'b')
    def __eq__(self, o): return (self.a, self.b) == (o.a, o.b)
class G(P):
    def __getstate__(self): return {'g': 1}
class N(P):
    def __new__(cls, *a): o = object.__new__(cls); o.args = a; return o
    def __getnewargs__(self): return (1, 2)
class X(P):
    def __new__(cls, *a, **k): return object.__new__(cls)
    def __getnewargs_ex__(self): return (1,), {'k': 2}
class L(list): pass
class D(dict): pass
class I(int): pass
class Str(str): pass
class Setter:
    def __reduce__(self): return Setter, (), 'state', None, None, setter
def setter(o, s): o.got = s
class Inner:
    class Deep: pass
s = S(); s.a = 1; s.b = 'two'
values = [None, True, False, 0, 1, 255, 256, 65535, 65536, -1, -128, -129, 2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**62, 2**63, -2**63, 2**64, 2**2040, -2**2039, 2**2100, 1.5, -0.0, float('inf'), 1e-300, '', 'abc',
          'a\nb\\c\0\x1a\r', 'caf\xe9', '\u4e2d\ud800', '\U0001F600', 'x' * 300, b'', b'abc', bytes(range(256)), b'y' * 70000, bytearray(), bytearray(b'ab'), (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1], [1, 2],
          list(range(2500)), {}, {1: 2}, {'a': 1, 'b': 2}, dict.fromkeys(range(1001)), set(), {1}, frozenset(), frozenset({7}), P(), P(a=1, b=[2]), s, G(x=1), N(), X(), L([1, 2]), D(a=1), I(5), Str('s'), 1j, range(3),
          len, P, Inner.Deep, type(None), type(...), type(NotImplemented), ..., NotImplemented, slice(1, 2), [].append.__class__, 'abc'.upper, ValueError('x', 1), [[]] * 3, ('t', ('t',)), str.maketrans, dict.fromkeys]
for v in values:
    for p in range(6):
        d = pickle.dumps(v, p)
        if len(d) < 200: print(p, d)
        r = pickle.loads(d)
        if not isinstance(v, (type, type(len), Exception)) and type(r) is type(v) and r != v: print('differs', p, v, r)
for v in ([], {}):
    if isinstance(v, list): v.append(v)
    else: v[1] = v
    for p in range(6): print(pickle.dumps(v, p), repr(pickle.loads(pickle.dumps(v, p))))
t = ([],); t[0].append(t)
o = P(); o.me = o
for p in range(6):
    print(pickle.dumps(t, p)); r = pickle.loads(pickle.dumps(t, p)); print(r[0][0] is r)
    r = pickle.loads(pickle.dumps(o, p)); print(r.me is r, pickle.loads(pickle.dumps(Setter(), p)).got)
def f():
    class Loc: pass
    return Loc, lambda: 0
for x in (*f(), sys, (i for i in [])): show(pickle.dumps, x)
class R:
    def __reduce__(self): return self.r
def __newobj__(*a): pass
for r in (3, (), (1,), (1, 2), (P, 2), (P, (), None, 3), (P, (), None, None, 3), (P, (), None, None, None, 3), 'nope', 'R', (__newobj__, ()), (__newobj__, (3,)), (copyreg.__newobj__, (P,)),
          (copyreg.__newobj_ex__, ()), (copyreg.__newobj_ex__, (1, 2, 3)), (copyreg.__newobj_ex__, (P, 2, 3)), (copyreg.__newobj_ex__, (P, (), 3))):
    x = R(); x.r = r
    show(pickle.dumps, x)
for b in [b'', b'.', b'N', b'I1', b'I\n.', b'Iabc\n.', b'I0x1f\n.', b'I99999999999999999999\n.', b'L12L\n.', b'LabcL\n.', b'F1.5\n.', b'Fabc\n.', b"S'a'\n.", b"S'\\xff'\n.", b'Sa\n.', b"S' '\n.", b'V\\u12\n.', b'U\x05ab.',
          b'X\xff\xff\xff\xffa.', b'X\x01\0\0\0\xff.', b'B\xff\xff\xff\xffa.', b'\x8d' + b'\xff' * 8, b'\x8e' + b'\xff' * 8, b'\x95' + b'\xff' * 8, b'\x96' + b'\xff' * 8, b'\x80\x09.', b'0.', b'1.', b'2.', b'(.', b'(1N.', b't.',
          b'N\x86.', b')\x81.', b'N)\x81.', b'cbuiltins\nint\nN\x81.', b'cbuiltins\nint\n)N\x92.', b'NNR.', b'N)R.', b'g1\n.', b'gabc\n.', b'g-1\n.', b'h\5.', b'Np-1\n.', b'Npx\n.', b'p0\n.', b'q\0.', b'\x94.', b'N\x94h\0.', b'a.',
          b'NNa.', b'](NNe.', b'(NNe.', b'e.', b'}Ns.', b'}(NNNu.', b'N(NNu.', b'}(]Nu.', b'(Nd.', b'(ibuiltins\nint\n.', b'(o.', b'(cbuiltins\nlist\n(lo.', b'cnope\nx\n.', b'csys\nnope\n.', b'c\n\n.', b'NN\x93.', b'Pabc\n.', b'NQ.', b'\x82\x01.',
          b'\x82\0.', b'\x8a\0.', b'\x8b\xff\xff\xff\xff.', b'\x8f(NN\x90.', b'N(N\x90.', b'(]\x91.', b'\x97.', b'\x98.', b'Nb.', b'N)b.', b'N}b.', b'\xff.', b'Z.', b"'.", b'G\0.', b'(N(N.', b'N1N.', b'(0.', b'N(0.', b'N(2.',
          b'c__builtin__\nxrange\n.', b'\x80\x04\x8c\x02os\x8c\x09path.join\x93.', b'\x80\x04\x8c\x02os\x8c\x0fpath.<locals>.j\x93.', b'r\xff\xff\xff\x7f', b'N' * 1000 + b'.']:
    if b[-2:-1] != b'\n' or True: show(pickle.loads, b)
show(pickle.loads, b"S'\\xff'\n.", encoding='latin1'); show(pickle.loads, b"U\x01\xff.", encoding='bytes'); show(pickle.loads, b'\x97.', buffers=[b'a']); show(pickle.loads, 'abc'); show(pickle.loads, b'N.', encoding=3)
class PP(pickle.Pickler):
    def persistent_id(self, o): return ('pid', o.a) if isinstance(o, P) else None
class UU(pickle.Unpickler):
    def persistent_load(self, pid): return pid
    def find_class(self, m, n): print('find', m, n); return super().find_class(m, n)
for p in range(6):
    b = io.BytesIO(); PP(b, p).dump([P(a=1), len]); b.seek(0)
    try: print(UU(b).load())
    except Exception as e: print(type(e).__name__)
class RO(pickle.Pickler):
    def reducer_override(self, o):
        return (str, ('override',)) if isinstance(o, P) else NotImplemented
b = io.BytesIO(); RO(b).dump([P(), 1, S]); print(pickle.loads(b.getvalue()))
b = io.BytesIO(); q = pickle.Pickler(b); q.dispatch_table = {P: lambda o: (list, ())}; q.dump(P()); print(pickle.loads(b.getvalue()))
b = io.BytesIO(); q = pickle.Pickler(b); x = [1]; q.dump(x); q.dump(x); print(b.getvalue(), len(q.memo.copy())); q.clear_memo(); q.dump(x); b.seek(0)
u = pickle.Unpickler(b); a = u.load(); print(u.load() is a, u.load() is a, u.memo.copy()); show(u.load)
b = io.BytesIO(); q = pickle.Pickler(b, 2); q.fast = True; q.dump([x, x]); print(b.getvalue())
c = []; c.append(c); show(q.dump, c)
bufs = []; big = pickle.PickleBuffer(bytearray(b'data')); d = pickle.dumps([big, big], 5, buffer_callback=bufs.append); print(d, pickle.loads(d, buffers=[m.raw() for m in bufs]))
print(pickle.dumps(big, 5), bytes(big), big.raw().readonly); show(pickle.dumps, big, 4); big.release(); show(big.raw)
copyreg.add_extension('builtins', 'len', 0xF0)
for p in range(6): d = pickle.dumps(len, p); print(d, pickle.loads(d) is len)
copyreg.remove_extension('builtins', 'len', 0xF0)
class File:
    def __init__(self, d): self.b = io.BytesIO(d)
    def read(self, n): return self.b.read(n)
    def readline(self): return self.b.readline()
print(pickle.load(File(pickle.dumps(list(range(3000)), 0)))[-1], len(pickle.load(File(pickle.dumps(b'z' * 200000)))))
out = []
class W:
    def write(self, d): out.append(len(d))
pickle.dump(['q' * 70000, b'r' * 70000] + ['s%d' % i for i in range(20000)], W()); print(out)
n = []
for i in range(100000): n = [n]
try: pickle.dumps(n)
except RecursionError as e: print('RecursionError')
show(pickle.Pickler, 3); show(pickle.Unpickler, 3); show(pickle.dumps, 1, 9); show(pickle.Pickler, io.BytesIO(), buffer_callback=print)
