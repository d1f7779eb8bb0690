"""sub and expand: templates, functions, counts, empty matches, overlapping ideas, group references."""
import re


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


text = 'John Smith, Mary Ann Jones'
print(re.sub(r'(\w+) (\w+)', r'\2 \1', text), re.sub(r'(?P<f>\w+) (?P<l>\w+)', r'\g<l>, \g<f>', text), re.sub(r'(\w)(\w*)', r'\2\1ay', 'pig latin'), re.sub(r'(a)(b)?', r'[\1|\2]', 'ab a'), re.sub(r'(?P<x>a)|b', r'<\g<x>>', 'ab'))
for pattern, repl, s in [('', '-', 'abc'), ('x*', '-', 'abxd'), ('b*', '.', 'abbc'), ('$', '!', 'a\n'), ('^', '>', 'a\nb'), (r'\b', '|', 'two words'), (r'(?=b)', '_', 'abab'), ('a|', 'X', 'banana'), ('(?m)^', '> ', 'l1\nl2'), (r'\Z', 'END', 'x'), ('.', r'\g<0>\g<0>', 'ab'), (r'(.)(?=.)', r'\1-', 'abc'), (r'(?<!^)(?=[A-Z])', '_', 'someCamelCase'), (r'(\d)(?=(\d{3})+$)', r'\1,', '1234567')]:
    print(repr(pattern), repr(s), repr(re.sub(pattern, repl, s)), re.subn(pattern, repl, s)[1], repr(re.sub(pattern, repl, s, 1)), repr(re.sub(pattern, lambda m: m.expand(repl), s)))
for repl in [r'\1', r'\01', r'\001', r'\g<1>0', r'\10', r'\g<0>', r'\g<name>', r'\0', r'\00', r'\07', r'\101', r'\n\t\r\a\f\v\b', r'\\', '\\\\n', r'\.', '&', '$1', r'\g<1', r'\g', r'\g<>', r'\g<-1>', r'\g<a b>', r'\g<99>', r'\2', r'\99', r'\e', r'\z', '\\', r'\377', r'\400', r'\x41', r'\u0041', 'é\\1', r'\g<1>\g<1>', '']:
    show(lambda: re.sub('(?P<name>b)', repl, 'abc'))
print(re.sub('b', lambda m: '\\1', 'abc'), re.sub('b', lambda m: '', 'abc'), re.sub('[bc]', {'b': 'B', 'c': 'C'}.get and (lambda m: {'b': 'B', 'c': 'C'}[m[0]]), 'abcd'), re.sub('(b)(c)?', lambda m: str(m.groups()), 'abd'))
state = iter('xyz')
print(re.sub('a', lambda m: next(state), 'banana'), re.sub(r'\d+', lambda m: str(int(m[0]) * 2), '1 20 x3'), re.sub('(?i)hello', lambda m: m[0].swapcase(), 'Hello HELLO hello'), re.sub('a', 'b', 'aaa', count=2), re.sub('a', 'b', 'AaA', flags=re.I), re.compile('a').sub('b', 'aaa', 1), re.compile('a').subn('b', ''))
for f in (lambda: re.sub('a', lambda m: 1, 'a'), lambda: re.sub('a', lambda m: None, 'a'), lambda: re.sub('a', lambda: 'x', 'a'), lambda: re.sub('a', None, 'a'), lambda: re.sub('a', 1, 'b'), lambda: re.sub('a', 'b', None), lambda: re.sub('a', 'b', 'a', 'x'), lambda: re.sub('a', lambda m: 1 / 0, 'ba'), lambda: re.sub('a', b'b', 'a'), lambda: re.sub(b'a', 'b', b'a'), lambda: re.sub('a', 'b', 'a', -1), lambda: re.match('(a)', 'a').expand(5), lambda: re.match('a', 'a').expand(r'\1'), lambda: re.match('(a)|b', 'b').expand(r'[\1]'), lambda: re.sub('(a)', r'\g<1>', 'a', 0, 0, 0), lambda: re.match('(?P<n>a)', 'a').expand(r'\g<m>'), lambda: re.subn('a', 'b')):
    show(f)


def expand_vars(text, env, depth=0):
    if depth > 5:
        raise RecursionError('variables refer to each other')
    return re.sub(r'\$\{(\w+)(?::-([^}]*))?\}', lambda m: expand_vars(env[m[1]], env, depth + 1) if m[1] in env else m[2] if m[2] is not None else m[0], text)


env = {'a': 'A', 'b': '${a}${a}', 'c': '${b}-${missing:-default}', 'loop': '${loop}'}
print(expand_vars('${c} ${a} ${none} ${x:-} $a', env))
try:
    expand_vars('${loop}', env)
except RecursionError as e:
    print(e)
print(re.split(r'(?<=[.!?])\s+', 'One. Two! Three? Four'), re.split(r'([,;])\s*', 'a, b;c'), re.split(r'(?:(\d)|x)', 'a1bxc'), re.split('(?=[A-Z])', 'aBcD'), re.split('', 'ab'), re.split('a*', 'baac'), re.split('b', 'abc', maxsplit=0), re.findall(r'(?:(\w)(\d))?', 'a1b'))
re.sub('(a)', r'\3', 'cat')
