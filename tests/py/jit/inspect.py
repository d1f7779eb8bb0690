# interpreter: -X jit=auto -X jit-threshold=3
# sys._jit: machine code as text, counters; jitdump files. Another Python has nothing of this and answers alike.
import os
import struct
import subprocess
import sys
import tempfile


def total(n):
    result = 0
    for i in range(n):
        result += i * 3
    return result


class Box:
    def __init__(self, value):
        self.value = value

    def get(self):
        return self.value


def boxes(n):
    return sum(Box(i).get() for i in range(n))


def failing(x):
    return x + 1


jit = getattr(sys, '_jit', None)


def check(name, test):
    print(name, bool(jit is None or test()))


for _ in range(10):
    total(5), boxes(5), failing(1)

check('compiled', lambda: jit.is_compiled(total) and jit.is_compiled(Box.get) and jit.is_compiled(Box(1).get)
      and jit.is_compiled(total.__code__))
check('not compiled', lambda: not jit.is_compiled(check.__class__ and (lambda: 0)))
fresh = lambda a: a + 'text'
check('compile', lambda: jit.compile(fresh) and jit.is_compiled(fresh))


def has_dump():
    text = jit.dump(total)
    lines = text.split('\n')
    at = [i for i, line in enumerate(lines) if 'result += i * 3' in line]
    inline = [i for i, line in enumerate(lines) if ': ADD ' in line]
    return (text.startswith('== total (') and at and inline and at[0] < inline[0] and 'to the handler' in text
            and 'jit: leave' in text and 'calls arrive here' in text)


check('dump', has_dump)
check('dump of what is not compiled', lambda: jit.dump(lambda: 0).startswith('(not compiled'))
check('dump of a stub', lambda: jit.dump('jit: find').startswith('== stub "jit: find"'))
check('dump of all stubs', lambda: jit.dump('').count('== stub') > 10)


def raises(f, *args):
    try:
        f(*args)
    except (TypeError, ValueError) as e:
        return type(e).__name__


check('no stub', lambda: raises(jit.dump, 'nothing') == 'ValueError')
check('no function', lambda: raises(jit.dump, 1) == raises(jit.compile, len) == raises(jit.is_compiled, None) == 'TypeError')

before = jit.stats() if jit else {}
exec('def g(x): return x * 2\nfor i in range(9): g(i)')
check('stats', lambda: jit.stats()['compiled'] > before['compiled'] and jit.stats()['nanoseconds'] >= jit.stats()['longest_nanoseconds'] > 0
      and jit.stats()['code_bytes'] > before['code_bytes'] and jit.stats()['used_bytes'] > 0)
check('docs', lambda: all(getattr(jit, name).__doc__ for name in ('compile', 'is_compiled', 'dump', 'stats')))


def child(*arguments):
    """Another run of this interpreter; None where it can't be started (an emulated one)."""
    try:
        return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, errors='replace')
    except OSError:
        return None


PROGRAM = 'def f(x):\n return x + 1\nfor i in range(50): f(i)\nf("a" if i < 3 else 2.5)\nfor i in range(50): f(i * 0.5)\nprint(len([f(i) for i in range(9)]))\n'


def counts_exits():
    p = child('-X', 'jit-threshold=3', '-X', 'stats', '-c', PROGRAM)
    return p is None or (p.stdout == '9\n' and 'codes compiled' in p.stderr and 'entries from handlers' in p.stderr
                         and any('did not apply: ' in line and 'ADD' in line for line in p.stderr.split('\n')))


check('exits', counts_exits)
check('dump=asm', lambda: (p := child('-X', 'jit-threshold=3', '-X', 'dump=asm:f', '-c', PROGRAM)) is None
      or p.stderr.count('== f (') >= 1 and 'RETURN' in p.stderr)


def reads_jitdump():
    with tempfile.TemporaryDirectory() as folder:
        script = os.path.join(folder, 'program.py')
        with open(script, 'w') as file:
            file.write(PROGRAM)
        p = child('-X', 'jit-threshold=3', '-X', 'perf=jitdump:' + folder, script)
        if p is None:
            return True
        [name] = [n for n in os.listdir(folder) if n.endswith('.dump')]
        with open(os.path.join(folder, name), 'rb') as file:
            data = file.read()
        magic, version, size, machine, _, pid, _, flags = struct.unpack_from('<IIIIIIQQ', data)
        if (magic, version, size, flags) != (0x4A695444, 1, 40, 0) or name != f'jit-{pid}.dump' or machine not in (62, 183):
            return False
        at, last, lines, names, ids = size, 0, {}, [], []
        while at < len(data):
            kind, size, time = struct.unpack_from('<IIQ', data, at)
            body = data[at + 16:at + size]
            ids.append(kind)
            if time < last:
                return False
            last = time
            if kind == 0:
                _, _, vma, address, length, index = struct.unpack_from('<IIQQQQ', body)
                end = body.index(b'\0', 40)
                names.append(body[40:end].decode())
                if index != len(names) - 1 or vma != address or len(body) - end - 1 != length:
                    return False
            elif kind == 2:
                address, count = struct.unpack_from('<QQ', body)
                place, rows = 16, []
                for _ in range(count):
                    where, line, _ = struct.unpack_from('<QiI', body, place)
                    end = body.index(b'\0', place + 16)
                    rows.append((where, line, body[place + 16:end].decode()))
                    place = end + 1
                if place != len(body) or any(not address <= r[0] for r in rows):
                    return False
                lines[len(names)] = rows
            at += size
        index = names.index('python:f')
        return (ids[-1] == 3 and at == len(data) and 'jit: find' in names
                and {r[1] for r in lines[index]} == {1, 2} and {r[2] for r in lines[index]} == {script})


check('jitdump', reads_jitdump)
