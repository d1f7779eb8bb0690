"""A backtracking matcher for a small regular expression language, against the re module."""
import re


def parse(pattern):
    i = 0

    def alternation():
        nonlocal i
        branches = [sequence()]
        while i < len(pattern) and pattern[i] == '|':
            i += 1
            branches.append(sequence())
        return ('alt', branches) if len(branches) > 1 else branches[0]

    def sequence():
        items = []
        while i < len(pattern) and pattern[i] not in '|)':
            items.append(repeat())
        return ('seq', items)

    def repeat():
        nonlocal i
        node = atom()
        while i < len(pattern) and pattern[i] in '*+?':
            node = (pattern[i], node)
            i += 1
        return node

    def atom():
        nonlocal i
        c = pattern[i]
        i += 1
        if c == '(':
            node = alternation()
            assert pattern[i] == ')', 'unbalanced'
            i += 1
            return node
        if c == '.':
            return ('any',)
        if c == '[':
            end = pattern.index(']', i)
            chars, i = pattern[i:end], end + 1
            return ('class', chars)
        return ('char', c)
    node = alternation()
    if i != len(pattern):
        raise ValueError(f'unexpected {pattern[i]!r} at {i}')
    return node


def match(node, text, at, then):
    kind = node[0]
    if kind == 'char':
        return at < len(text) and text[at] == node[1] and then(at + 1)
    if kind == 'any':
        return at < len(text) and then(at + 1)
    if kind == 'class':
        return at < len(text) and text[at] in node[1] and then(at + 1)
    if kind == 'seq':
        def step(k, where):
            return then(where) if k == len(node[1]) else match(node[1][k], text, where, lambda w: step(k + 1, w))
        return step(0, at)
    if kind == 'alt':
        return any(match(b, text, at, then) for b in node[1])
    if kind == '?':
        return match(node[1], text, at, then) or then(at)

    def more(where):
        return match(node[1], text, where, lambda w: w > where and more(w)) or then(where)
    return more(at) if kind == '*' else match(node[1], text, at, more)


patterns = ['abc', 'a*b', 'a+b?', '(a|b)*c', '(ab|a)(c|bcd)', '.*x.*', '[abc]+d', '(a*)*b', '((a|b)(c|d))+', 'a?a?a?aaa', 'x*', '(x|y|)z']
texts = ['', 'abc', 'aab', 'b', 'ababc', 'abcd', 'acd', 'axb', 'abcabcd', 'aaaaaaab', 'acbd', 'aaa', 'xxx', 'z', 'yz']
agree = 0
for p in patterns:
    tree = parse(p)
    row = ''
    for t in texts:
        mine = bool(match(tree, t, 0, lambda w: w == len(t)))
        assert mine == bool(re.fullmatch(p, t)), (p, t)
        row += '1' if mine else '.'
        agree += 1
    print(f'{p:16} {row}')
print(agree)
for bad in ')', 'a)b', '(a', '[a':
    try:
        parse(bad)
    except (ValueError, IndexError, AssertionError) as e:
        print(repr(bad), type(e).__name__, e)
parse('a|b)')
