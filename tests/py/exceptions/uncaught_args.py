# args: one two --three=3 "with space"
# env: GREETING=hello
# stdin: first line\nsecond line\n
"""A script with arguments, environment and input, dying of what it read."""
import os
import sys

print(sys.argv[1:], os.environ.get('GREETING'), input())
for line in sys.stdin:
    print(repr(line))
try:
    input()
except EOFError as e:
    print('EOFError', e)
    int(sys.argv[1] if len(sys.argv) > 1 else 'nothing')
