# runner: no
"""Output that can't be encoded, and input that can't be decoded."""
from support.child import last, run

last('-c', 'print("\\udc80")')
last('-c', 'import sys; print("\\udc80", file=sys.stderr)')
last('-c', 'raise ValueError("\\udc80 é 中")')
last('-c', 'import sys; sys.exit("é\\udc80")')
for enc in 'ascii', 'latin-1', 'utf-16', 'cp1252':
    status, out, err = run('-c', 'print("aé€")', env={'PYTHONIOENCODING': enc})
    print(enc, status, ascii(out), err.splitlines()[-1:])
status, out, err = run('-c', 'raise KeyError("é中")', env={'PYTHONIOENCODING': 'ascii'})
print(status, err.splitlines()[-1])
last('-c', 'import sys; print(ascii(sys.stdin.read()))', stdin=b'a\xffb')
last('-c', 'print(ascii(input()))', stdin=b'\xc3\xa9\n')
last('-c', 'print(ascii(input()))', stdin=b'\xff\n')
last('-c', 'import sys; print(sys.stdin.buffer.read())', stdin=b'a\xffb\r\n')
last('-c', 'import sys; print(ascii(sys.stdin.readlines()))', stdin=b'a\r\nb\rc\n')
last('-c', 'import sys; sys.stdout.buffer.write(b"\\xff\\n")')
last('-c', 'import sys; sys.stdout.reconfigure(encoding="latin-1", newline="\\r\\n"); print("é")')
last('-c', 'import sys; sys.stdout.reconfigure(errors="replace", encoding="ascii"); print("é")')
last('-c', 'import sys; sys.stdout.reconfigure(encoding="nope")')
last('-c', 'import sys; print(ascii(sys.argv[1]))', 'é中')
last('-c', b'print(ascii("caf\xc3\xa9"))'.decode())
last(stdin='# coding: latin-1\nprint("é", ascii("é"))\n'.encode('latin-1'))
last(stdin=b'print("\xff")\n')
last(stdin=b'\xef\xbb\xbfprint("bom")\n')
last('-c', 'import os; print(os.fsencode("\\udcff"), ascii(os.fsdecode(b"\\xff\\xc3\\xa9")))')
print(run('-c', 'print("no newline at end", end="")')[1])
import sys
sys.stdout.flush()
sys.stdout.reconfigure(encoding='ascii')
print('é')
