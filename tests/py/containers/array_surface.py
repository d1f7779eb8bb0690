"""array.array: kinds, ranges, arguments, slices, buffers, pickles."""
import array as A
import copy
import io
import pickle
import random
import re
from array import array


def t(source):
    try:
        r = repr(eval(source))
    except Exception as e:
        r = f'{type(e).__name__} {e}'
    print(source, '->', re.sub(r'0x[0-9a-f]+', '0x', r))


a=array('i',[1,2])
class S(array): pass
for f in ['array()','array(1)','array("x")','array("ab")','array("i",1)','array("i",[1.5])','array("i","abc")','array("u","abc")','array("u",[1])','array("i",["a"])','array("b",[200])','array("b",[-200])','array("B",[-1])','array("B",[256])','array("h",[99999])','array("h",[-99999])','array("H",[-1])','array("H",[99999])','array("i",[1<<31])','array("I",[-1])','array("I",[1<<32])','array("l",[1<<63])','array("L",[-1])','array("L",[1<<64])','array("q",[1<<63])','array("Q",[-1])','array("Q",[1<<64])','array("f",["a"])','array("i",[1],k=2)','array("i",b"abc")','array("i",b"abcd")','array("i",bytearray(4))','array("u",array("i"))','array("i",array("u"))','array("i",array("d",[1.5]))','array("f",array("i",[1]))','a[5]','a["a"]','a.__setitem__(5,1)','a.__setitem__("a",1)','a.__setitem__(slice(0,1),[1])','a.__setitem__(slice(0,1),array("b"))','a.__setitem__(slice(0,2,2),array("i"))','a.__delitem__(5)','a+[1]','a+array("b")','a.extend(1)','a.extend(array("b"))','a.__iadd__([1])','a.append("a")','a.pop(9)','array("i").pop()','a.remove(9)','a.index(9)','a.index(1,5)','a.insert(0)','a.fromlist(1)','a.fromlist([1,"a"])','a.fromunicode("a")','a.tounicode()','array("u").fromunicode(1)','a.frombytes(b"abc")','a.frombytes("abc")','a.frombytes(1)','a.fromfile(1,2)','a.tofile(1)','a.byteswap(1)','a.typecode','a.itemsize','a.buffer_info(1)','a.__reduce_ex__(2)','a.__reduce_ex__(3)','a.__reduce_ex__("a")','array("u","ab").__reduce_ex__(2)','array("u","ab").__reduce_ex__(3)','array("d",[1]).__reduce_ex__(3)','array("q",[1]).__reduce_ex__(3)','array("l",[1]).__reduce_ex__(3)','array("f",[1]).__reduce_ex__(3)','S("i",[1])','S("i",[1]).__reduce_ex__(3)','iter(a).__reduce__()','iter(a).__setstate__("a")','type(iter(a))','repr(array("u","ab"))','repr(array("d"))','array("d",[1,2.5])','a.count(1)','a*2','a*"a"','a<[1]','a==array("d",[1,2])','hash(a)','a.__class_getitem__(int)','A.typecodes','A._array_reconstructor','A._array_reconstructor()','A._array_reconstructor(1,"i",0,b"")','A._array_reconstructor(int,"i",0,b"")','A._array_reconstructor(array,"ii",0,b"")','A._array_reconstructor(array,"x",0,b"")','A._array_reconstructor(array,"i",99,b"")','A._array_reconstructor(array,"i",8,1)','A._array_reconstructor(array,"i",8,b"abc")','array.fromlist.__text_signature__','array.index.__text_signature__','memoryview(a).format','memoryview(array("u")).format','array("i",[1]).__deepcopy__({})','array.pop.__text_signature__','array.fromfile.__text_signature__','A._array_reconstructor.__text_signature__','array.fromunicode.__text_signature__','array("u","a\U0001F600")','array("u",[chr(0x1F600)])','array("u",["ab"])','array("u",[""])','array("i",[True])','array("d",[None])','array("i",[None])',"iter(a).__next__()",'array("i",range(3))', 'a.frombytes(array("i",[5]))', 'a']:
    t(f)
b=array('b',b'abc'); m=memoryview(b)
for op in ['b.append(1)','b.pop()','b.extend(b)','b.__iadd__(b)','b.__setitem__(slice(0,1),array("b"))','b.__delitem__(0)','b.fromlist([1])','b.frombytes(b"a")','b.__imul__(2)','b.insert(0,1)','b.remove(97)','b.fromlist([])', 'b.byteswap()', 'b.extend(array("b"))','b.frombytes(b"")', 'b.__imul__(1)','b.__imul__(0)']:
    t(op)
m.release()
r = random.Random(1)
for code in 'bBhHiIlLqQfd':
    values = [r.randrange(100) for _ in range(30)]
    a, model = array(code, values), list(values)
    for step in range(300):
        i, j, k = r.randrange(-40, 40), r.randrange(-40, 40), r.choice([1, 1, 2, 3, -1, -2, None])
        assert list(a[i:j:k]) == model[i:j:k]
        new = [r.randrange(100) for _ in range(r.randrange(k not in (1, None), 6))]
        try:
            model[i:j:k] = new
            ok = True
        except ValueError:
            ok = False
        try:
            a[i:j:k] = array(code, new)
            assert ok
        except ValueError:
            assert not ok
        if r.random() < .3:
            del a[j:i:k], model[j:i:k]
        assert a.tolist() == model
        while len(model) < 20:
            a.append(len(model)); model.append(len(model))
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(a, protocol))
        assert again == a and again.typecode == code
    b = copy.deepcopy(a)
    b.byteswap(); b.byteswap()
    assert a == b and a.tobytes() == b.tobytes() == bytes(memoryview(a))
    f = io.BytesIO()
    a.tofile(f)
    f.seek(0)
    b = array(code)
    b.fromfile(f, len(a))
    assert a == b
    try:
        f.seek(0)
        b.fromfile(f, len(a) + 1)
    except EOFError as e:
        print(code, e, len(b) == 2 * len(a))
    print(code, a.itemsize, memoryview(a).format, len(a), a == array('d', a.tolist()))
for format in range(22):
    for data in (b'\x01\x02\x03\x04\x05\x06\x07\x08', b'a\0\0\0b\0\0\0', b'\0a\0b'):
        for code in 'uhqd':
            t(f'A._array_reconstructor(array, {code!r}, {format}, {data!r})')
