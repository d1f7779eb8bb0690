# expect: stderr-full
"""A syntax error in code that is compiled while running."""
import sys

source = '''
def good():
    return 1

def bad(x)
    return 2
'''
try:
    compile(source, 'generated.py', 'exec')
except SyntaxError as e:
    print(e.msg, e.lineno, e.offset)
    sys.stdout.flush()
eval('1 +* 2')
