# runner: no
"""-c, script arguments, standard input, - and sys.argv, sys.path[0], __name__, __file__."""
import os
import sys

from support.child import last, run, show

show('-c', 'import sys; print(sys.argv, __name__, sys.path[0] == "")', 'a', '-b', '--c=d')
show('-c', 'print(1)\nprint(2)')
show('-c', '')
show('-c', 'x = 5\nif x:\n    print(x)')
last('-c', 'print(undefined)')
last('-c', 'import sys; sys.exit(3)')
last('-c', 'import sys; sys.exit("message")')
last('-c', 'raise KeyError("k")')
last('-c', '1 +')
print(run('-c')[0])
show(stdin='print("from stdin", __name__)\n')
show('-', 'x', stdin='import sys; print(sys.argv)\n')
show('-', stdin='')
last(stdin='1/0\n')
last(stdin='def f(:\n')
last('-c', 'print(input(), input())', stdin='one\ntwo\n')
last('-c', 'input()', stdin='')
last('-c', 'import sys; print(sys.stdin.read())', stdin='a\nb')
path = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'script.py')
with open(path, 'w') as f:
    f.write('import sys, os\nprint(len(sys.argv), sys.argv[1:], os.path.basename(__file__)[:6], sys.path[0] == os.path.dirname(__file__), __name__, __spec__, __doc__)\n')
from support import child
print(child.run(path, 'a', 'b')[1], end='')
print(child.run('-u', path)[1], end='')
os.remove(path)
print(child.run(path)[0])
print(child.run(path)[2].replace(path, 'SCRIPT').replace('<python>: ', ''), end='')
print(child.run('/')[0], child.run('-c', 'import sys; print(sys.flags.interactive, sys.orig_argv[1:])', 'q')[1], end='')
sys.exit(child.run('-c', 'import os; os._exit(7)')[0])
