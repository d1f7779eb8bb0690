"""% of str and bytes with formats of every kind, right and wrong."""
def t(f,a):
    try: print(repr(f), repr(a), f%a)
    except Exception as e: print(repr(f), repr(a), type(e).__name__, e)
for f in ('%z','%zx','%z ','%5z','%lz','%l','%','a%','%lzd','%.z','%.5z','%.','%5','%*','%(a)z','%(a)','%-','%hlz', '%llz','%lld','%ld','%z%','%%z', '%\u20ac', '%5\xff','%.99999999999d','%99999999999999999999d','%.*d','%*d'):
    for a in (1, {'a':1}, (), (1,), (1,2), 'x', b'x', (5.5,2),bytearray(b'a'), [1],(10**30,1)):
        t(f,a)
        if f.isascii() or f=='%5\xff': t(f.encode('latin-1'),{b'a':1} if type(a) is dict else a)
