"""Encoding cookies and byte order marks, compiled from bytes."""
cases = [
    b'# coding: utf-8\nx = "\xc3\xa9"', b'# coding: latin-1\nx = "\xe9"', b'# -*- coding: cp1252 -*-\nx = "\x80"', b'#!/usr/bin/python\n# vim: set fileencoding=latin-1 :\nx = "\xe9"', b'\n# coding: latin-1\nx = "\xe9"', b'\n\n# coding: latin-1\nx = "\xe9"',
    b'x = 1\n# coding: latin-1\ny = "\xe9"', b'# coding: nonsense\nx = 1', b'# coding=utf8\nx = "\xc3\xa9"', b'# coding:utf-8-sig\nx = 1', b'\xef\xbb\xbfx = "\xc3\xa9"', b'\xef\xbb\xbf# coding: utf-8\nx = "\xc3\xa9"', b'\xef\xbb\xbf# coding: latin-1\nx = 1', b'x = "\xff"', b'x = 1\ny = "\xc3"', b'# \xff comment\nx = 1',
    b'# coding: ascii\nx = "\xc3\xa9"', b'# coding: koi8-r\nx = "\xc1"', b'# coding: utf-16\nx = 1', b'# encoding latin-1\nx = "\xe9"', b'# my coding is: latin-1\nx = "\xe9"', b'#coding:latin-1\nx = "\xe9"', b'# coding :latin-1\nx = "\xe9"', b'# coding: iso-8859-15\nx = "\xa4"', b'"""doc"""\n# coding: latin-1\nx = "\xe9"',
    b'x = "a\0b"', b'x = 1\0', b'# coding: latin-1 \xe9\nx = 1', b'# coding: utf_8\nx = "\xe4\xb8\xad"', b'# CODING: latin-1\nx = "\xe9"', b'    # coding: latin-1\nx = "\xe9"', b'\x0c# coding: latin-1\nx = "\xe9"', b'# coding: cp037\nx = 1', b'# coding: rot13\nx = 1', b'# coding: hex\nx = 1',
    b'', b'\n', b'\xef\xbb\xbf', b'\xef\xbb\xbf\xef\xbb\xbfx = 1', b'\xff\xfex\0', b'x = "\xed\xa0\x80"', b'x = "\xf4\x90\x80\x80"', b'\xe4\xb8\xad = 5\nx = \xe4\xb8\xad',
]
for source in cases:
    namespace = {}
    try:
        exec(compile(source, '<cookie>', 'exec'), namespace)
        print(source, '->', ascii(namespace.get('x', 'no x')))
    except Exception as e:
        print(source, '->', type(e).__name__, ascii(str(e)))
import io
import tokenize
for source in cases[:16]:
    try:
        encoding, lines = tokenize.detect_encoding(io.BytesIO(source).readline)
        print(encoding, len(lines))
    except SyntaxError as e:
        print('SyntaxError', ascii(e.msg))
print(ascii(eval(b'"\xc3\xa9"')), ascii(eval('"\\xe9é"')), eval(bytearray(b'1 + 1')), eval(memoryview(b'2 + 2')))
exec(b'# coding: latin-1\nname = "\xe9"'.decode('latin-1'))
print(ascii(name))
exec(b'x = "\xff"')
